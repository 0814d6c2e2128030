import Model
import Store
import Testing

@testable import Nameserver

@Suite(.enabled(if: Dig.isInstalled, "dig is not installed"))
struct DigTests {
    /// `web` has twelve instances, `idle` none, `six` one on IPv6.
    private func withZone(_ body: (RunningNameserver) async throws -> Void) async throws {
        let store = MemoryStore()
        try await store.create("default")
        try await store.create("shop.internal")
        let instances = (1...12).map { number in
            (
                id: "00112233445566778899aabbccddee\(number + 10)", address: "10.0.0.\(number)",
                port: UInt16(8000 + number)
            )
        }
        try await store.publish("web", instances)
        try await store.publish("idle", [])
        try await store.publish("one", in: "shop.internal", [("t1", "10.0.1.1", 81)], ttl: 7)
        let revision = try await store.publish("six", [("t6", "2001:db8::6", 86)])
        try await RunningNameserver.with(store) { running in
            try await store.awaitReport(of: revision)
            try await body(running)
        }
    }

    @Test(arguments: ["+notcp", "+tcp"])
    func answersDig(transport: String) async throws {
        let cases = [
            ("one.shop.internal", "A", ["10.0.1.1"]),
            ("one.shop.internal", "SRV", ["1 1 81 t1.one.shop.internal."]),
            ("t1.one.shop.internal", "A", ["10.0.1.1"]),
            ("one.shop.internal", "AAAA", []),
            ("six.default.teal", "AAAA", ["2001:db8::6"]),
            ("idle.default.teal", "A", []),
            ("shop.internal", "NS", ["shop.internal."]),
            ("shop.internal", "A", ["127.0.0.1"]),
        ]
        try await withZone { running in
            for (name, type, lines) in cases {
                let answer = try Dig.lines(port: running.port, transport, name, type)
                #expect(answer == lines, "\(name) \(type)")
            }
            for type in ["A", "SRV"] {
                let answer = try Dig.lines(port: running.port, transport, "web.default.teal", type)
                #expect(answer.count == 8)
            }
        }
    }

    @Test func showsWhatAnAdministratorLooksAt() async throws {
        try await withZone { running in
            let port = running.port
            let answer = try Dig.run(port: port, "one.shop.internal", "SRV")
            #expect(answer.contains("status: NOERROR"))
            #expect(answer.contains("flags: qr aa rd;"))
            #expect(answer.contains("one.shop.internal.\t7\tIN\tSRV\t1 1 81 t1.one.shop.internal."))
            #expect(answer.contains("t1.one.shop.internal.\t7\tIN\tA\t10.0.1.1"))
            let noName = try Dig.run(port: port, "none.default.teal")
            #expect(noName.contains("status: NXDOMAIN"))
            #expect(noName.contains("default.teal.\t\t1\tIN\tSOA\tdefault.teal."))
            let noData = try Dig.run(port: port, "idle.default.teal")
            #expect(noData.contains("status: NOERROR"))
            #expect(noData.contains("AUTHORITY: 1"))
            #expect(try Dig.run(port: port, "example.com").contains("status: REFUSED"))
            #expect(try Dig.run(port: port, "default.teal", "AXFR").contains("Transfer failed"))
        }
    }

    @Test func transfersAZoneToWhomItMay() async throws {
        let block = try #require(AddressBlock("127.0.0.0/8"))
        let store = MemoryStore()
        let instances = (0..<2000).map { ("t\($0)", "10.0.\($0 / 250).\($0 % 250)", UInt16(80)) }
        try await store.create("default")
        let revision = try await store.publish("web", instances)
        let allow = { (options: inout NameserverOptions) in options.transfersTo = [block] }
        try await RunningNameserver.with(store, change: allow) { running in
            try await store.awaitReport(of: revision)
            let lines = try Dig.lines(port: running.port, "default.teal", "AXFR")
            // What each instance has is told for it and for the service, between two SOA.
            #expect(lines.count == 2000 * 5 + 2 + 2)
            #expect(lines.filter { $0 == "1 1 80 t1999.web.default.teal." }.count == 3)
        }
    }

    @Test func findsNothingToComplainAbout() async throws {
        try await withZone { running in
            for arguments in ["+noedns", "+edns=0", "+ednsopt=100:0102", "+dnssec", "+bufsize=512"]
            {
                let answer = try Dig.run(
                    port: running.port, "+norec", "web.default.teal", "SRV", arguments)
                #expect(answer.contains("status: NOERROR"), "\(arguments)")
                #expect(answer.contains("ANSWER: 8"), "\(arguments)")
                #expect(!answer.contains("WARNING"), "\(arguments)")
            }
            let later = try Dig.run(
                port: running.port, "web.default.teal", "+edns=1", "+noednsneg")
            #expect(later.contains("status: BADVERS"))
            let status = try Dig.run(port: running.port, "+opcode=2", "default.teal")
            #expect(status.contains("status: NOTIMP"))
            // Truncated over UDP, and asked again over TCP.
            let small = try Dig.run(
                port: running.port, "web.default.teal", "SRV", "+noedns", "+ignore")
            #expect(small.contains("flags: qr aa tc rd;"))
            #expect(small.contains("ANSWER: 0"))
        }
    }

    @Test func keepsTheCaseOfTheQuestion() async throws {
        try await withZone { running in
            let answer = try Dig.run(port: running.port, "oNe.sHoP.iNtErNaL")
            #expect(answer.contains("oNe.sHoP.iNtErNaL.\t7\tIN\tA\t10.0.1.1"))
        }
    }
}
