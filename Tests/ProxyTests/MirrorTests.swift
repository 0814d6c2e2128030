import Foundation
import Model
import Proxy
import Routing
import Synchronization
import Testing

/// Blue has all requests, green gets copies of them.
private func mirrored(
    blue: UInt16, green: UInt16, percent: Int = 100, generation: UInt64 = 1
) -> LoadBalancerConfiguration {
    configuration(generation: generation, [blue]) {
        var other = $0.targetGroups[0]
        other.name = "green"
        other.targets = [target(green)]
        $0.targetGroups.append(other)
        $0.listeners[0].defaultForwarding = ForwardOptions(
            mirror: RequestMirror(targetGroup: "green", percent: percent))
    }
}

/// Serves `body` once both targets are healthy.
private func withMirror(
    blue: ScriptedTarget, green: ScriptedTarget, percent: Int = 100,
    _ body: (DataPlane, UInt16) async throws -> Void
) async throws {
    let configuration = mirrored(blue: blue.port, green: green.port, percent: percent)
    try await withPlane(configuration) { plane, port in
        try await eventually("both are healthy") {
            plane.health.count == 2 && plane.health.values.allSatisfy { $0.state == .healthy }
        }
        try await body(plane, port)
    }
    blue.stop()
    green.stop()
}

/// What became of the copies, in order: same, other status, other length, failed, uncompared.
private func copies(_ plane: DataPlane) async -> [Int] {
    let outcomes = await plane.traffic().groups["green"]?.mirrored ?? MirrorOutcomes()
    return [
        outcomes.same, outcomes.otherStatus, outcomes.otherLength, outcomes.failures,
        outcomes.uncompared,
    ]
}

/// Answers health checks, and with `answer` whatever else is asked.
private func answering(
    _ answer: @escaping @Sendable (MessageReader.Message) -> String
) throws -> ScriptedTarget {
    try ScriptedTarget.http { $0.start.hasPrefix("GET / ") ? response("") : answer($0) }
}

/// Requests that count themselves, but for health checks.
private func counting(_ counter: Counter, _ body: String = "hello") throws -> ScriptedTarget {
    try answering { _ in
        counter.add()
        return response(body)
    }
}

struct MirrorTests {
    @Test func copiesGoByteForByteAndClientsSeeNothingOfThem() async throws {
        let heads = Heads()
        let blue = try answering { message in
            heads.add(message, isCopy: false)
            return response("blue", "")
        }
        let green = try answering { message in
            heads.add(message, isCopy: true)
            return response("green", "Set-Cookie: secret=1\r\n")
        }
        try await withMirror(blue: blue, green: green) { plane, port in
            let client = try RawSocket(connectedTo: port)
            let reader = MessageReader(client)
            for number in 0..<50 {
                client.send("GET /a/\(number)?b HTTP/1.1\r\nHost: a\r\nX-Own: 1\r\n\r\n")
                let answer = try #require(try reader.next())
                #expect(answer.text == "blue")
            }
            try await eventually("all copies are answered") {
                await copies(plane) == [50, 0, 0, 0, 0]
            }
            #expect(heads.areEqual)
            let metrics = await plane.metrics()
            #expect(metrics.contains("teal_mirrored_requests_total{target_group=\"green\""))
            // They are in no count of clients' requests.
            let groups = await plane.traffic().groups
            #expect(groups["green"]?.requests == 0)
            #expect(groups["blue"]?.requests == 50)
        }
    }

    @Test func onlySafeRequestsWithoutABodyAreCopied() async throws {
        let seen = Counter()
        let blue = try counting(Counter())
        let green = try counting(seen)
        try await withMirror(blue: blue, green: green) { plane, port in
            let client = try RawSocket(connectedTo: port)
            let reader = MessageReader(client)
            for request in [
                "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
                "DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n",
                "PUT /a HTTP/1.1\r\nHost: a\r\nIdempotency-Key: 7\r\nContent-Length: 0\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            ] {
                client.send(request)
                #expect(try reader.next()?.status == 200)
            }
            #expect(try get(port, "/last").status == 200)
            try await eventually("the last one is copied") {
                await copies(plane) == [1, 0, 0, 0, 0]
            }
            #expect(seen.value == 1)
        }
    }

    @Test func differencesAreTold() async throws {
        let long = String(repeating: "x", count: 1000)
        let blue = try answering { _ in response(long) }
        let green = try answering { message in
            switch message.start.split(separator: " ")[1] {
            case "/status": response(long, status: "500 No")
            case "/length": response("short")
            case "/chunked":
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n\(long)\r\n0\r\n\r\n"
            case "/early": "HTTP/1.1 103 Early Hints\r\n\r\n\(response(long))"
            case "/garbage": "HTTP/1.1 2x0 OK\r\n\r\n"
            case "/switch": "HTTP/1.1 101 Switching\r\n\r\n"
            case "/open": "HTTP/1.1 200 OK\r\n\r\n\(long)"
            default: response(long)
            }
        }
        try await withMirror(blue: blue, green: green) { plane, port in
            let paths = [
                "/status", "/length", "/chunked", "/early", "/garbage", "/switch", "/same",
            ]
            for path in paths {
                let answer = try get(port, path)
                #expect(answer.status == 200)
            }
            try await eventually("all are compared") { await copies(plane) == [3, 1, 1, 2, 0] }
        }
    }

    /// Neither a target that hangs nor one that is gone costs the client anything.
    @Test func aHangingMirrorHoldsNobodyUpAndIsBounded() async throws {
        let blue = try counting(Counter())
        let gate = Gate()
        let green = try answering { _ in
            gate.wait()
            return response("late")
        }
        try await withMirror(blue: blue, green: green) { plane, port in
            let client = try RawSocket(connectedTo: port)
            let reader = MessageReader(client)
            for _ in 0..<300 {
                client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try reader.next()?.text == "hello")
            }
            let traffic = await plane.traffic()
            #expect(traffic.targets.values.reduce(0) { $0 + $1.inFlight } == Shadows.most)
            #expect(traffic.skippedShadows == 300 - Shadows.most)
            gate.open()
            try await eventually("all get through") {
                await copies(plane).reduce(0, +) == Shadows.most
            }
        }
    }

    /// However it ends, a request is answered and a copy is counted once.
    @Test func copiesOutliveTheirRequestsAndRequestsTheirCopies() async throws {
        let gate = Gate()
        let blue = try answering { message in
            if message.start.contains("/slow") { gate.wait() }
            return response("hello")
        }
        let green = try answering { message in
            if message.start.contains("/fast") { gate.wait() }
            return message.start.contains("/broken") ? "HTTP/1.1 2x0\r\n\r\n" : response("hello")
        }
        try await withMirror(blue: blue, green: green) { plane, port in
            let slow = try RawSocket(connectedTo: port)
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            var gone: RawSocket? = try RawSocket(connectedTo: port)
            gone?.send("GET /slow/gone HTTP/1.1\r\nHost: a\r\n\r\n")
            let broken = try RawSocket(connectedTo: port)
            broken.send("GET /slow/broken HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try get(port, "/fast").text == "hello")
            try await eventually("a failed copy waits for nobody") {
                await copies(plane) == [0, 0, 0, 1, 0]
            }
            gone?.resetOnClose()
            gone = nil
            gate.open()
            #expect(try MessageReader(slow).next()?.text == "hello")
            #expect(try MessageReader(broken).next()?.text == "hello")
            try await eventually("all are compared") {
                let all = await copies(plane)
                return all.reduce(0, +) == 4 && all[0] >= 2
            }
        }
    }

    @Test func aTargetThatRefusesCostsItsCopiesOnly() async throws {
        let blue = try counting(Counter())
        let green = try counting(Counter())
        try await withMirror(blue: blue, green: green) { plane, port in
            green.stop()
            for _ in 0..<20 { #expect(try get(port, "/a").text == "hello") }
            try await eventually("all copies failed") {
                await copies(plane)[3] == 20
            }
        }
    }

    @Test func aShareOfTheRequestsIsCopied() async throws {
        let seen = Counter()
        let blue = try counting(Counter())
        let green = try counting(seen)
        try await withMirror(blue: blue, green: green, percent: 25) { plane, port in
            let client = try RawSocket(connectedTo: port)
            let reader = MessageReader(client)
            for _ in 0..<1000 {
                client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try reader.next()?.text == "hello")
            }
            // Five standard deviations of a binomial distribution to either side.
            #expect((180...320).contains(seen.value))
            // Nobody gets any once the rule says so.
            try await plane.apply(configuration(generation: 2, [blue.port]))
            let before = seen.value
            for _ in 0..<50 { #expect(try get(port, "/a").text == "hello") }
            #expect(seen.value == before)
        }
    }

    @Test func aMirrorThatIsNotThereIsRefused() async throws {
        await #expect(throws: (any Error).self) {
            try await withPlane(
                configuration([]) {
                    $0.listeners[0].defaultForwarding = ForwardOptions(
                        mirror: RequestMirror(targetGroup: "green", percent: 10))
                }
            ) { _, _ in }
        }
    }
}

/// The heads that two targets got.
private final class Heads: Sendable {
    private let heads = Mutex<[Bool: [String]]>([:])

    func add(_ message: MessageReader.Message, isCopy: Bool) {
        let fields = message.fields.map { "\($0.name): \($0.value)" }
        let head = ([message.start] + fields).joined(separator: "\n")
        heads.withLock { $0[isCopy, default: []].append(head) }
    }

    /// Copies come in any order.
    var areEqual: Bool {
        heads.withLock { Set($0[true] ?? []) == Set($0[false] ?? []) && $0[true]?.count == 50 }
    }
}

private enum Shadows {
    /// `Worker.shadowsMax`.
    static let most = 128
}
