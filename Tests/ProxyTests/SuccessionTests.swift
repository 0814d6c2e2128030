import Foundation
import Model
import Proxy
import Testing

/// One data plane takes over from another, as two processes do, and what comes of failing to.
struct SuccessionTests {
    private static func scratch() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/teal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func sticky(
        _ targets: [ScriptedTarget]
    ) -> LoadBalancerConfiguration {
        configuration(targets.map(\.port)) {
            var attributes = TargetGroupAttributes()
            attributes.isSticky = true
            $0.targetGroups[0].attributes = attributes
        }
    }

    private static func targets() throws -> [ScriptedTarget] {
        try (0..<4).map { number in try ScriptedTarget.http { _ in response("\(number)") } }
    }

    private static func get(_ port: UInt16, _ cookie: String?) throws -> MessageReader.Message {
        let client = try RawSocket(connectedTo: port)
        let field = cookie.map { "Cookie: \($0)\r\n" } ?? ""
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
        return try #require(try MessageReader(client).next())
    }

    /// A client's cookie, and the text of the target that it stays with.
    private static func bind(_ port: UInt16) throws -> (cookie: String, text: String) {
        let answer = try get(port, nil)
        let pair = answer.field("Set-Cookie")?.split(separator: ";").first
        return (String(try #require(pair)), answer.text)
    }

    private static func stays(
        _ client: (cookie: String, text: String), on port: UInt16
    ) throws -> Bool {
        try (0..<8).allSatisfy { _ in try get(port, client.cookie).text == client.text }
    }

    private static func knowsItsTargets(_ plane: DataPlane) async throws {
        try await eventually("all targets are healthy") {
            plane.health.values.allSatisfy { $0.state == .healthy }
        }
    }

    /// Asks at `path` on a thread of its own, for the answer needs one of the tests' few.
    private static func predecessor(atPath path: String) async throws -> Predecessor {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Predecessor(atPath: path) })
            }
        }
    }

    private static func dismiss(_ predecessor: Predecessor) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try predecessor.dismiss() })
            }
        }
    }

    @Test("A restart knows the cookies of before, by a key that nobody else may read")
    func restarts() async throws {
        let folder = try SuccessionTests.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let targets = try SuccessionTests.targets()
        defer { for one in targets { one.stop() } }
        var client: (cookie: String, text: String)?
        for _ in 0..<2 {
            let plane = try DataPlane(workers: 1)
            try plane.keepCookieKey(in: folder + "/deep/state")
            try await plane.apply(SuccessionTests.sticky(targets))
            try await SuccessionTests.knowsItsTargets(plane)
            let port = try #require(await plane.port(of: "http"))
            if let client { #expect(try SuccessionTests.stays(client, on: port)) }
            client = try SuccessionTests.bind(port)
            await plane.end(milliseconds: 0)
        }
        let file = folder + "/deep/state/cookie.key"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try String(contentsOfFile: file, encoding: .utf8).count == 32)
        try "no key".write(toFile: file, atomically: false, encoding: .utf8)
        let plane = try DataPlane(workers: 1)
        #expect(throws: (any Error).self) { try plane.keepCookieKey(in: folder + "/deep/state") }
        await plane.end(milliseconds: 0)
    }

    @Test("A successor knows its predecessor's cookies, also where no file keeps the key")
    func succeeds() async throws {
        let folder = try SuccessionTests.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let targets = try SuccessionTests.targets()
        defer { for one in targets { one.stop() } }
        try await withPlane(SuccessionTests.sticky(targets)) { old, port in
            try await SuccessionTests.knowsItsTargets(old)
            let client = try SuccessionTests.bind(port)
            let handover = try Handover(
                path: folder + "/control", plane: old, command: { _ in "unknown" }, succeeded: {})
            handover.start()
            defer { handover.end() }
            let predecessor = try await SuccessionTests.predecessor(atPath: folder + "/control")
            let new = try DataPlane(workers: 1, inherited: predecessor.sockets)
            try new.keepCookieKey(in: folder + "/new", after: predecessor)
            // The listener takes any port: the successor finds its socket by that.
            try await new.apply(SuccessionTests.sticky(targets))
            await new.proveTargets()
            await new.beginAccepting()
            try await SuccessionTests.dismiss(predecessor)
            await old.end(milliseconds: 2000, hasSuccessor: true)
            #expect(try SuccessionTests.stays(client, on: port))
            await new.end(milliseconds: 0)
            // What was handed over is kept for the next restart.
            let next = try DataPlane(workers: 1)
            try next.keepCookieKey(in: folder + "/new")
            try await next.apply(SuccessionTests.sticky(targets))
            try await SuccessionTests.knowsItsTargets(next)
            let nextPort = try #require(await next.port(of: "http"))
            #expect(try SuccessionTests.stays(client, on: nextPort))
            await next.end(milliseconds: 0)
        }
    }

    @Test("Successors that fail leave the old process serving, and lose no request")
    func fails() async throws {
        let folder = try SuccessionTests.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let targets = try SuccessionTests.targets()
        defer { for one in targets { one.stop() } }
        try await withPlane(SuccessionTests.sticky(targets), workers: 2) { old, port in
            try await SuccessionTests.knowsItsTargets(old)
            let successes = Counter()
            let handover = try Handover(
                path: folder + "/control", plane: old, command: { _ in "unknown" },
                succeeded: { successes.add() })
            handover.start()
            defer { handover.end() }
            let lasting = try RawSocket(connectedTo: port)
            let answers = MessageReader(lasting)
            for round in 0..<6 {
                let predecessor = try await SuccessionTests.predecessor(atPath: folder + "/control")
                let new = try DataPlane(workers: 2, inherited: predecessor.sockets)
                if round % 2 == 0 {
                    // Its configuration is wrong.
                    let wrong = configuration([]) {
                        $0.listeners[0].defaultAction = .forward([])
                    }
                    await #expect(throws: (any Error).self) { try await new.apply(wrong) }
                } else {
                    // It dies when it has applied it, before it accepts and says so.
                    try await new.apply(SuccessionTests.sticky(targets))
                }
                let during = try (0..<20).map { _ in try SuccessionTests.get(port, nil).status }
                #expect(during.allSatisfy { $0 == 200 })
                await new.end(milliseconds: 0)
                let after = try (0..<20).map { _ in try SuccessionTests.get(port, nil).status }
                #expect(after.allSatisfy { $0 == 200 })
                lasting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try answers.next()?.status == 200)
            }
            #expect(successes.value == 0)
        }
    }
}
