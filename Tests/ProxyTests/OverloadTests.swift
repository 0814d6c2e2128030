import Model
import Proxy
import Testing

// What a crowd does to others: they go on being served, and nothing of the crowd stays behind.

/// Two target groups: `/bad` leads to the first port, all else to the second.
private func divided(_ bad: UInt16, _ good: UInt16) -> LoadBalancerConfiguration {
    configuration([good]) { configuration in
        var group = TargetGroup(name: "bad")
        group.healthCheck.intervalMilliseconds = 300_000
        group.targets = [target(bad)]
        configuration.targetGroups.append(group)
        configuration.listeners[0].rules = [
            Rule(
                name: "bad", listener: "http", priority: 1, conditions: [.pathPattern(["/bad"])],
                action: .forward([WeightedTargetGroup(targetGroup: "bad", weight: 1)]))
        ]
    }
}

private func servesOthers(_ port: UInt16) throws {
    for _ in 0..<20 {
        let answer = try get(port)
        #expect(answer.status == 200)
    }
}

/// The plane has neither clients nor requests any more.
private func isAtRest(_ plane: DataPlane) async -> Bool {
    let lines = await plane.metrics().split(separator: "\n")
    return lines.contains("teal_active_connection_count{listener=\"http\"} 0")
        && lines.contains("teal_requests_in_flight 0")
}

@Test func slowHeadsHoldNobodyUp() async throws {
    let good = try ScriptedTarget.http { response($0.start) }
    defer { good.stop() }
    try await withPlane(configuration([good.port])) { plane, port in
        do {
            let slow = try (0..<200).map { _ in try RawSocket(connectedTo: port) }
            for byte in "GET / HT" {
                for client in slow { client.send(String(byte)) }
                try servesOthers(port)
            }
        }
        try await eventually("the slow ones are forgotten") { await isAtRest(plane) }
    }
}

@Test func connectionsThatComeAndGoHoldNobodyUp() async throws {
    let good = try ScriptedTarget.http { response($0.start) }
    defer { good.stop() }
    try await withPlane(configuration([good.port])) { plane, port in
        for round in 0..<20 {
            for index in 0..<50 {
                let client = try RawSocket(connectedTo: port)
                if index.isMultiple(of: 2) { client.resetOnClose() }
                if round.isMultiple(of: 2) { client.send("GET /never HTTP/1.1\r\n") }
            }
            try servesOthers(port)
        }
        try await eventually("nothing of them is left") { await isAtRest(plane) }
    }
}

@Test func aTargetThatHangsHoldsNobodyUp() async throws {
    let good = try ScriptedTarget.http { response($0.start) }
    defer { good.stop() }
    let arrived = Counter()
    let hanging = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while let request = try reader.next() {
            if request.start.contains("/bad") { arrived.add() }
        }
    }
    defer { hanging.stop() }
    try await withPlane(divided(hanging.port, good.port)) { plane, port in
        let waiting = try (0..<100).map { _ in try RawSocket(connectedTo: port) }
        for client in waiting { client.send("POST /bad HTTP/1.1\r\nHost: a\r\n\r\n") }
        try await eventually("all of them wait") { arrived.value == 100 }
        try servesOthers(port)
        hanging.stop()
        for client in waiting {
            #expect(try MessageReader(client).next()?.status == 502)
        }
        for client in waiting { client.endSending() }
        try await eventually("nothing of them is left") { await isAtRest(plane) }
    }
}

@Test(arguments: ["", "\0\u{1}garbage\r\n\r\n", "HTTP/1.1 2"])
func aTargetThatAnswersNonsenseHoldsNobodyUp(nonsense: String) async throws {
    let good = try ScriptedTarget.http { response($0.start) }
    defer { good.stop() }
    let bad = try ScriptedTarget { socket, number in
        let reader = MessageReader(socket)
        guard try reader.next() != nil else { return }
        socket.send(nonsense)
        if number.isMultiple(of: 2) { socket.resetOnClose() }
    }
    defer { bad.stop() }
    try await withPlane(divided(bad.port, good.port)) { plane, port in
        for _ in 0..<30 {
            let answer = try get(port, "/bad")
            #expect(answer.status == 502)
            let other = try get(port)
            #expect(other.status == 200)
        }
        try await eventually("nothing of them is left") { await isAtRest(plane) }
    }
}
