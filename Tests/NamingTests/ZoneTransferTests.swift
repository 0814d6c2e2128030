import Model
import Testing

@testable import Naming

@Suite struct ZoneTransferTests {
    private static let near = Asker(transport: .tcp, address: .v4(0x0A01_0203), second: 0)

    /// Services `s0`, `s1`, … of so many instances, in `default` and one in `shop.internal`.
    private func directory(services: Int, instances: Int) throws -> Directory {
        var directory = Directory(nameserver: [.v4(0x7F00_0001)])
        for namespace in ["default", "shop.internal"] as [NamespaceName] {
            try directory.put(namespace)
        }
        for index in 0..<services {
            let entry = DirectoryEntry(
                service: ServiceName("s\(index)"), namespace: "default", ttlSeconds: 5,
                instances: (0..<instances).map { number in
                    let address = "10.\(number / 250).0.\(number % 250)"
                    return DirectoryInstance(id: "t\(number)", address: address, port: 80)
                })
            #expect(directory.put(entry).isEmpty)
        }
        let other = DirectoryEntry(
            service: "web", namespace: "shop.internal", ttlSeconds: 5,
            instances: [DirectoryInstance(id: "t1", address: "10.9.9.9", port: 80)])
        #expect(directory.put(other).isEmpty)
        return directory
    }

    private func query(_ zone: String) throws -> DNSMessage {
        DNSMessage(asking: Question(name: try DNSName(zone), type: .axfr), id: 7)
    }

    private func ask(
        _ zone: String, of directory: Directory, from asker: Asker = Self.near
    ) throws -> (Responder, Responder.Outcome) {
        var settings = Responder.Settings()
        settings.transfersTo = [try #require(AddressBlock("10.0.0.0/8"))]
        let responder = Responder(directory: directory, settings: settings)
        var generator = Generator(seed: 1)
        var reply = ResponseWriter()
        let query = try query(zone).encoded()
        return (responder, responder.answer(query, from: asker, using: &generator, into: &reply))
    }

    private func messages(_ zone: String, of directory: Directory) throws -> [DNSMessage] {
        guard case (let responder, .transfer(let zone, let response)) = try ask(zone, of: directory)
        else { return [] }
        var transfer = try #require(ZoneTransfer(of: zone, from: responder, response: response))
        var messages: [DNSMessage] = []
        while let bytes = transfer.next() {
            messages.append(try DNSMessage(decoding: bytes[...]))
        }
        #expect(transfer.next() == nil)
        return messages
    }

    @Test(arguments: [(3, 2), (300, 3), (1, 3000)])
    func hasAllThatIsAnswered(services: Int, instances: Int) throws {
        let directory = try directory(services: services, instances: instances)
        let messages = try messages("default.teal", of: directory)
        let records = messages.flatMap(\.answers)
        #expect(records.first?.type == .soa && records.last == records.first)
        let listed = Set(records)
        // Names and their addresses; the zone's own start of authority is there twice.
        #expect(listed.count == records.count - 1)
        for name in ["s0.default.teal", "t1.s0.default.teal", "_s0._tcp.default.teal"] {
            guard case .present(_, let sets) = directory.find(try DNSName(name)) else {
                Issue.record("\(name) is not there")
                continue
            }
            for set in sets {
                for data in set.data {
                    let record = ResourceRecord(
                        name: try DNSName(name), ttl: set.ttl, data: data)
                    #expect(listed.contains(record))
                }
            }
        }
        let zone = try DNSName("default.teal")
        #expect(records.allSatisfy { $0.name.wire.suffix(zone.wire.count) == zone.wire[...] })
        // Services have an A and two SRV sets, instances an A and an SRV; the apex SOA, NS and A.
        #expect(records.count == services * instances * 5 + 4)
    }

    @Test func everyMessageIsAnAnswerOfItsOwn() throws {
        let messages = try messages("default.teal", of: try directory(services: 1, instances: 3000))
        #expect(messages.count > 5)
        #expect(messages.allSatisfy { $0.id == 7 && $0.flags.isResponse && $0.flags.authoritative })
        #expect(messages.allSatisfy { $0.code == .noError && !$0.flags.truncated })
        #expect(messages[0].questions.count == 1)
        #expect(messages.dropFirst().allSatisfy { $0.questions.isEmpty })
    }

    @Test func aZoneWithinTheZoneIsCutOff() throws {
        let records = try messages("teal", of: try directory(services: 2, instances: 2))
            .flatMap(\.answers)
        let child = try DNSName("default.teal")
        #expect(records.filter { $0.name == child }.map(\.type) == [.ns, .a])
        #expect(records.allSatisfy { $0.name == child || $0.name.labels.count == 1 })
    }

    @Test func isRefusedToOthersAndForWhatIsNoZone() throws {
        let directory = try directory(services: 2, instances: 2)
        let refused = Responder.Outcome.answered(.refused, isProven: false)
        var asker = Self.near
        for zone in ["s0.default.teal", "example.com", "nobody.default.teal"] {
            #expect(try ask(zone, of: directory).1 == refused)
        }
        asker.address = .v4(0x0B01_0203)
        #expect(try ask("default.teal", of: directory, from: asker).1 == refused)
        asker.address = Self.near.address
        asker.transport = .udp
        #expect(try ask("default.teal", of: directory, from: asker).1 == refused)
    }
}
