import Model
import Testing

@testable import Naming

@Suite struct EntryNamesTests {
    private func entry(
        _ instances: [DirectoryInstance], service: ServiceName = "web",
        change: (inout DirectoryEntry) -> Void = { _ in }
    ) -> DirectoryEntry {
        var entry = DirectoryEntry(
            service: service, namespace: "default", ttlSeconds: 5, instances: instances)
        change(&entry)
        return entry
    }

    private func instance(
        _ id: String, _ address: String, change: (inout DirectoryInstance) -> Void = { _ in }
    ) -> DirectoryInstance {
        var instance = DirectoryInstance(id: id, address: address, port: 80)
        change(&instance)
        return instance
    }

    private func directory(
        _ entries: DirectoryEntry..., when rule: UnhealthyRule = .answer
    ) throws -> Directory {
        var directory = Directory(nameserver: [], whenAllUnhealthy: rule)
        for entry in entries { #expect(directory.put(entry).isEmpty) }
        return directory
    }

    @Test func namesAServiceTheWayOthersDo() throws {
        let directory = try directory(
            entry([
                instance("t1", "10.0.0.1") {
                    $0.ports = [
                        DirectoryPort(label: "http", port: 81), .init(label: "9090", port: 82),
                    ]
                }
            ]))
        let location = "1 1 80 t1.web.default.teal."
        #expect(try directory.answer("_web._tcp.default.teal", .srv) == [location])
        #expect(try directory.answer("_web._tcp.default.teal", .a) == [])
        #expect(
            try directory.answer("_http._tcp.web.default.teal", .srv)
                == ["1 1 81 t1.web.default.teal."])
        #expect(
            try directory.answer("_9090._tcp.web.default.teal", .srv)
                == ["1 1 82 t1.web.default.teal."])
        #expect(try directory.answer("t1.web.default.teal", .srv) == [location])
    }

    @Test func showsBothSidesOfADeployment() throws {
        let blue = instance("t1", "10.0.0.1") { ($0.colour, $0.revision) = (.blue, 7) }
        let green = instance("t2", "10.0.0.2") { ($0.colour, $0.revision) = (.green, 8) }
        let directory = try directory(entry([blue]) { $0.others = [green] })
        let cases = [
            ("web", ["10.0.0.1"]), ("blue.web", ["10.0.0.1"]), ("green.web", ["10.0.0.2"]),
            ("r7.web", ["10.0.0.1"]), ("r8.web", ["10.0.0.2"]), ("t2.web", ["10.0.0.2"]),
        ]
        for (name, answer) in cases {
            #expect(try directory.answer("\(name).default.teal", .a) == answer, "\(name)")
        }
        #expect(try directory.answer("r9.web.default.teal", .a) == nil)
        // Without a deployment there are no sides.
        let plain = try self.directory(entry([instance("t1", "10.0.0.1")]))
        #expect(try plain.answer("blue.web.default.teal", .a) == nil)
    }

    @Test func findsInstancesByTagAndTellsTheirAttributes() throws {
        let directory = try directory(
            entry([
                instance("t1", "10.0.0.1") {
                    $0.tags = [Tag(key: "zone", value: "eu"), Tag(key: "tcp", value: "x")]
                    $0.attributes = ["b": "2", "a": "1"]
                }, instance("t2", "10.0.0.2"),
            ]))
        #expect(try directory.answer("eu._zone.web.default.teal", .a) == ["10.0.0.1"])
        #expect(try directory.answer("us._zone.web.default.teal", .a) == nil)
        #expect(try directory.answer("x._tcp.web.default.teal", .a) == nil)
        #expect(try directory.answer("t1.web.default.teal", .txt) == ["\"a=1\" \"b=2\""])
        #expect(try directory.answer("t2.web.default.teal", .txt) == [])
    }

    @Test func pointsAddressesBack() throws {
        var directory = try directory(
            entry([instance("t1", "10.0.0.1") { $0.otherAddress = "2001:db8::1" }]),
            entry([instance("t2", "10.0.0.1")], service: "api"))
        #expect(
            try directory.answer("1.0.0.10.in-addr.arpa", .ptr) == [
                "t2.api.default.teal.", "t1.web.default.teal.",
            ])
        let six = "1" + String(repeating: ".0", count: 23) + ".8.b.d.0.1.0.0.2.ip6.arpa"
        #expect(try directory.answer(six, .ptr) == ["t1.web.default.teal."])
        // Neighbours are not ours to deny.
        #expect(try directory.apex(of: "2.0.0.10.in-addr.arpa") == nil)
        #expect(try directory.apex(of: "0.0.10.in-addr.arpa") == nil)
        directory.remove("web", in: "default")
        directory.remove("api", in: "default")
        #expect(try directory.apex(of: "1.0.0.10.in-addr.arpa") == nil)
    }

    @Test func keepsToTheTypesOfItsService() throws {
        let directory = try directory(
            entry([instance("t1", "10.0.0.1")]) {
                $0.records = [DirectoryRecord(type: "SRV", ttlSeconds: 60)]
            })
        #expect(try directory.answer("web.default.teal", .a) == [])
        #expect(try directory.answer("web.default.teal", .srv)?.count == 1)
        #expect(try directory.answer("t1.web.default.teal", .a) == ["10.0.0.1"])
        guard case .present(_, let sets) = directory.find(try DNSName("web.default.teal")) else {
            Issue.record("no such name")
            return
        }
        #expect(sets.map(\.ttl) == [60])
    }

    @Test(arguments: [
        (UnhealthyRule.answer, ["10.0.0.1", "10.0.0.2"] as [String]?), (.noData, []),
        (.noName, nil),
    ])
    func followsTheRuleWhenNothingIsHealthy(rule: UnhealthyRule, answer: [String]?) throws {
        let sick = ["10.0.0.1", "10.0.0.2"].map { address in
            instance("t\(address)", address) { $0.isHealthy = false }
        }
        let directory = try directory(entry(sick), when: rule)
        #expect(try directory.answer("web.default.teal", .a) == answer)
        let mixed = try self.directory(entry(sick + [instance("t3", "10.0.0.3")]), when: rule)
        #expect(try mixed.answer("web.default.teal", .a) == ["10.0.0.3"])
    }

    @Test func answersOneByWeight() throws {
        let heavy = instance("t1", "10.0.0.1") { $0.weight = 3 }
        let never = instance("t3", "10.0.0.3") { $0.weight = 0 }
        let directory = try directory(
            entry([heavy, instance("t2", "10.0.0.2"), never]) { $0.routingPolicy = .weighted })
        var generator = Generator(seed: 5)
        var counts: [String: Int] = [:]
        let question = Question(name: try DNSName("web.default.teal"), type: .a)
        for _ in 0..<4000 {
            let response = try directory.answer(question, using: &generator)
            #expect(response.answers.count == 1)
            counts[response.answers[0].data.description, default: 0] += 1
        }
        #expect((2800...3200).contains(counts["10.0.0.1"] ?? 0))
        #expect(counts["10.0.0.3"] == nil)
    }

    @Test func followsAliasesAsFarAsTheyAreOurs() throws {
        func alias(_ target: String) -> [DirectoryInstance] {
            [
                instance("t1", "") {
                    $0.alias = target
                }
            ]
        }
        func cname(_ service: ServiceName, _ target: String) -> DirectoryEntry {
            entry(alias(target), service: service) {
                $0.records = [DirectoryRecord(type: "CNAME", ttlSeconds: 5)]
            }
        }
        let directory = try directory(
            entry([instance("t1", "10.0.0.1")]), cname("here", "web.default.teal"),
            cname("away", "example.com"), cname("gone", "none.default.teal"),
            cname("loop", "loop.default.teal"))
        func ask(_ name: String, _ type: RecordType = .a) throws -> DNSMessage {
            var generator = Generator(seed: 5)
            let question = Question(name: try DNSName("\(name).default.teal"), type: type)
            return try directory.answer(question, using: &generator)
        }
        #expect(
            try ask("here").answers.map(\.data.description) == ["web.default.teal.", "10.0.0.1"])
        #expect(try ask("here", .cname).answers.map(\.data.description) == ["web.default.teal."])
        #expect(try ask("away").answers.map(\.data.description) == ["example.com."])
        #expect(try ask("away").code == .noError)
        #expect(try ask("gone").code == .nameError)
        #expect(try ask("loop").code == .serverFailure)
    }

    @Test func cutsNamesThatAreNoLabel() throws {
        let long = String(repeating: "s", count: 200)
        let names = try [long, long + "x"].map { try DNSName(of: ServiceName($0), below: .root) }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.labels.count == 1 && $0.labels[0].count == 63 })
        #expect(names[0].description.hasPrefix("ssss"))
        let exact = String(repeating: "s", count: 63)
        #expect(try DNSName(of: ServiceName(exact), below: .root).description == exact + ".")
        #expect(try DNSName(of: "_web._tcp", below: .root).description == "_web._tcp.")
    }
}

extension Directory {
    /// The answer as who asked reads it.
    fileprivate func answer(
        _ question: Question, using generator: inout Generator
    ) throws -> DNSMessage {
        var query = DNSMessage(id: 1)
        query.questions = [question]
        var response = ResponseWriter()
        response.begin(query)
        answer(question, by: .multivalue, using: &generator, in: &response)
        response.finish()
        return try DNSMessage(decoding: response.bytes[...])
    }
}
