import API
import Foundation
import Logging
import Model
import Testing

@testable import Naming
@testable import teal

struct TargetResolverTests {
    private func withNameserver(
        _ body: (ScriptedNameserver, TargetResolver) async throws -> Void
    ) async throws {
        let nameserver = try ScriptedNameserver()
        defer { nameserver.end() }
        let resolver = TargetResolver(
            server: SocketAddress(host: "127.0.0.1", port: nameserver.port),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await body(nameserver, resolver)
    }

    private func record(_ name: String, _ data: RecordData, ttl: UInt32 = 0) throws
        -> ResourceRecord
    {
        ResourceRecord(name: try DNSName(name), ttl: ttl, data: data)
    }

    private func location(_ priority: UInt16, _ port: UInt16, _ host: String) throws -> RecordData {
        .srv(
            ServiceLocation(priority: priority, weight: 0, port: port, target: try DNSName(host)))
    }

    @Test("A host's addresses are its targets, and an address needs no name server")
    func host() async throws {
        try await withNameserver { nameserver, resolver in
            nameserver.know([
                try record("web.example", .a(0x7F00_0001)),
                try record("web.example", .a(0x7F00_0002)),
                try record("web.example", .aaaa(high: 0, low: 1)),
            ])
            let targets = await resolver.targets(of: [
                "web": [.host("web.example", port: 80), .address(.v4(0x0A00_0001), port: 81)]
            ])
            #expect(
                targets["web"]?.map(\.id.text)
                    == ["127.0.0.1:80", "127.0.0.2:80", "[::1]:80", "10.0.0.1:81"])
        }
    }

    @Test("An SRV record gives ports too, those of the lowest priority only")
    func service() async throws {
        try await withNameserver { nameserver, resolver in
            nameserver.know([
                try record("web.example", try location(1, 81, "a.example")),
                try record("web.example", try location(1, 82, "a.example")),
                try record("web.example", try location(2, 83, "a.example")),
                try record("a.example", .a(0x7F00_0001)),
            ])
            let targets = await resolver.targets(of: ["web": [.service("web.example")]])
            #expect(targets["web"]?.map(\.id.text) == ["127.0.0.1:81", "127.0.0.1:82"])
        }
    }

    @Test("Neither an error nor an empty answer takes the last good one away")
    func kept() async throws {
        try await withNameserver { nameserver, resolver in
            let source = TargetSource.host("web.example", port: 80)
            nameserver.know([try record("web.example", .a(0x7F00_0001), ttl: 1)])
            _ = await resolver.targets(of: ["web": [source]])
            for records in [nil, []] as [[ResourceRecord]?] {
                nameserver.know(records)
                await resolver.expire()
                let targets = await resolver.targets(of: ["web": [source]])
                #expect(targets["web"]?.map(\.id.text) == ["127.0.0.1:80"])
            }
            nameserver.know([try record("web.example", .a(0x7F00_0003))])
            await resolver.expire()
            let targets = await resolver.targets(of: ["web": [source]])
            #expect(targets["web"]?.map(\.id.text) == ["127.0.0.3:80"])
        }
    }
}
