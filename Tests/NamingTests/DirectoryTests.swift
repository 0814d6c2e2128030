import Model
import Testing

@testable import Naming

@Suite struct DirectoryTests {
    private func entry(
        _ service: ServiceName, in namespace: NamespaceName = "default",
        _ instances: [DirectoryInstance], ttl: Int = 5
    ) -> DirectoryEntry {
        DirectoryEntry(
            service: service, namespace: namespace, ttlSeconds: ttl, instances: instances)
    }

    private func instance(_ id: String, _ address: String, _ port: UInt16 = 80) -> DirectoryInstance
    {
        DirectoryInstance(id: id, address: address, port: port)
    }

    private func directory(_ entries: DirectoryEntry...) throws -> Directory {
        var directory = Directory(nameserver: [])
        for entry in entries {
            try directory.put(entry.namespace)
            #expect(directory.put(entry).isEmpty)
        }
        return directory
    }

    @Test func publishesAServiceAndItsInstances() throws {
        let directory = try directory(
            entry("web", [instance("t1", "10.0.0.1", 81), instance("t2", "2001:db8::1", 82)]))
        #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.1"])
        #expect(try directory.answer("web.default.teal", .aaaa) == ["2001:db8::1"])
        #expect(
            try directory.answer("web.default.teal", .srv) == [
                "1 1 81 t1.web.default.teal.", "1 1 82 t2.web.default.teal.",
            ])
        #expect(try directory.answer("t1.web.default.teal", .a) == ["10.0.0.1"])
        #expect(try directory.answer("t1.web.default.teal", .aaaa) == [])
        #expect(try directory.answer("t2.web.default.teal", .aaaa) == ["2001:db8::1"])
    }

    @Test func namesAnAddressOnce() throws {
        let directory = try directory(
            entry("web", [instance("t1", "127.0.0.1", 81), instance("t2", "127.0.0.1", 82)]))
        #expect(try directory.answer("web.default.teal", .a) == ["127.0.0.1"])
        #expect(try directory.answer("web.default.teal", .srv)?.count == 2)
    }

    @Test func tellsAbsenceFromEmptiness() throws {
        let directory = try directory(entry("web", [instance("t1", "10.0.0.1")]), entry("idle", []))
        #expect(try directory.answer("idle.default.teal", .a) == [])
        #expect(try directory.answer("other.default.teal", .a) == nil)
        #expect(try directory.answer("t9.web.default.teal", .a) == nil)
        #expect(try directory.answer("a.b.c.other.default.teal", .a) == nil)
        #expect(try directory.apex(of: "other.default.teal") == "default.teal.")
        #expect(try directory.apex(of: "nowhere.teal") == "teal.")
        #expect(try directory.apex(of: "example.com") == nil)
        #expect(try directory.apex(of: ".") == nil)
    }

    @Test func servesDottedNamespacesAsTheyStand() throws {
        let directory = try directory(
            entry("web", in: "prod.shop.teal", [instance("t1", "10.0.0.1")]),
            entry("api", in: "corp.internal", [instance("t2", "10.0.0.2")]))
        #expect(try directory.answer("web.prod.shop.teal", .a) == ["10.0.0.1"])
        #expect(try directory.answer("api.corp.internal", .a) == ["10.0.0.2"])
        // Exists, because a name below it does; what is above our zone is not ours.
        #expect(try directory.answer("shop.teal", .a) == [])
        #expect(try directory.apex(of: "shop.teal") == "teal.")
        #expect(try directory.apex(of: "internal") == nil)
    }

    @Test func servesBareNamespacesWithoutARecordOfTheirOwn() throws {
        var directory = Directory(nameserver: [])
        #expect(directory.put(entry("web", [instance("t1", "10.0.0.1")])).isEmpty)
        #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.1"])
        #expect(try directory.answer("default.teal", .a) == [])
        #expect(try directory.apex(of: "web.default.teal") == "teal.")
    }

    @Test func replacesAndRemovesWithoutATrace() throws {
        var directory = Directory(nameserver: [])
        try directory.put("default")
        _ = directory.put(entry("web", [instance("t1", "10.0.0.1"), instance("t2", "10.0.0.2")]))
        _ = directory.put(entry("web", [instance("t2", "10.0.0.2"), instance("t3", "10.0.0.3")]))
        #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.2", "10.0.0.3"])
        #expect(try directory.answer("t1.web.default.teal", .a) == nil)
        #expect(try directory.answer("t3.web.default.teal", .a) == ["10.0.0.3"])
        directory.remove("web", in: "default")
        directory.remove("web", in: "default")
        for name in ["web.default.teal", "t2.web.default.teal", "t3.web.default.teal"] {
            #expect(try directory.answer(name, .a) == nil)
        }
        directory.remove("default")
        #expect(try directory.answer("default.teal", .soa) == nil)
        #expect(try directory.apex(of: "default.teal") == "teal.")
    }

    @Test func leavesOldSnapshotsAlone() throws {
        var directory = try directory(entry("web", [instance("t1", "10.0.0.1")]))
        let old = directory
        _ = directory.put(entry("web", [instance("t2", "10.0.0.2")]))
        #expect(try old.answer("web.default.teal", .a) == ["10.0.0.1"])
        #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.2"])
    }

    @Test func settlesClaimsToOneNameByTheOrderOfKeys() throws {
        let upper = entry("WEB", [instance("t1", "10.0.0.1")])
        let lower = entry("web", [instance("t2", "10.0.0.2")])
        for (first, second) in [(upper, lower), (lower, upper)] {
            var directory = try directory(first, second)
            #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.1"])
            #expect(try directory.answer("t2.web.default.teal", .a) == ["10.0.0.2"])
            directory.remove("WEB", in: "default")
            #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.2"])
        }
    }

    @Test func hidesWhatACloserZoneHolds() throws {
        var directory = try directory(
            entry("web", in: "shop.internal", [instance("t1", "10.0.0.1")]))
        try directory.put("web.shop.internal")
        #expect(try directory.answer("web.shop.internal", .a) == [])
        #expect(try directory.answer("t1.web.shop.internal", .a) == nil)
        #expect(try directory.apex(of: "t1.web.shop.internal") == "web.shop.internal.")
        directory.remove("web.shop.internal")
        #expect(try directory.answer("t1.web.shop.internal", .a) == ["10.0.0.1"])
    }

    @Test func sharesAnApexBetweenTwoSpellings() throws {
        var directory = try directory(
            entry("a", in: "shop", [instance("t1", "10.0.0.1")]),
            entry("b", in: "shop.teal", [instance("t2", "10.0.0.2")]))
        #expect(try directory.answer("b.shop.teal", .a) == ["10.0.0.2"])
        directory.remove("shop")
        #expect(try directory.apex(of: "a.shop.teal") == "shop.teal.")
        directory.remove("shop.teal")
        #expect(try directory.apex(of: "a.shop.teal") == "teal.")
    }

    @Test func describesItsZones() throws {
        var directory = Directory(
            nameserver: [.v4(0x0A00_0009), .v6(high: 0, low: 1), .v4(0x0A00_0009)])
        try directory.put("default")
        directory.revision = (1 << 32) + 7
        #expect(try directory.answer("default.teal", .ns) == ["default.teal."])
        #expect(try directory.answer("default.teal", .a) == ["10.0.0.9"])
        #expect(try directory.answer("default.teal", .aaaa) == ["::1"])
        #expect(
            try directory.answer("teal", .soa)
                == ["teal. hostmaster.teal. 7 60 10 86400 1"])
    }

    @Test func saysWhatItCannotPublish() throws {
        var directory = Directory(nameserver: [])
        let long = ServiceName(String(repeating: "s", count: 64) + ".x")
        #expect(
            directory.put(entry(long, [])) == [.service(long, .labelTooLong(64))])
        #expect(
            directory.put(entry("web", in: "a..b", [])) == [.namespace("a..b", .emptyLabel)])
        #expect(throws: DirectoryFault.namespace("a..b", .emptyLabel)) {
            try directory.put("a..b")
        }
        let faults = directory.put(
            entry(
                "web",
                [
                    instance("t1", "localhost"), instance("", "10.0.0.1"),
                    instance("t3", "10.0.0.3"),
                ]))
        #expect(
            faults == [
                .address("localhost", instance: "t1", of: "web"),
                .instance("", of: "web", .emptyLabel),
            ])
        #expect(try directory.answer("web.default.teal", .a) == ["10.0.0.3"])
    }

    @Test(arguments: [(-1, 0), (0, 0), (5, 5), (Int.max, Int(Int32.max))])
    func keepsTimesToLiveInRange(seconds: Int, expected: Int) throws {
        let directory = try directory(entry("web", [instance("t1", "10.0.0.1")], ttl: seconds))
        guard case .present(_, let sets) = directory.find(try DNSName("web.default.teal")) else {
            Issue.record("web.default.teal does not exist")
            return
        }
        #expect(sets.map { Int($0.ttl) } == [expected, expected])
    }
}

extension Directory {
    /// The data of a name's records of `type`, as text; `nil` when the name is not there.
    func answer(_ name: String, _ type: RecordType) throws -> [String]? {
        guard case .present(_, let sets) = find(try DNSName(name)) else { return nil }
        return sets.first { $0.type == type }?.data.map(\.description) ?? []
    }

    func apex(of text: String) throws -> String? {
        let name = try DNSName(text)
        return switch find(name) {
        case .outside: nil
        case .absent(let zone), .present(let zone, _): zone.apex.description
        }
    }
}
