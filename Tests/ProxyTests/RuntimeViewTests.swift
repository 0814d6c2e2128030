import Foundation
import Model
import Proxy
import Testing

@Test func connectionsTellWhatTheyDo() async throws {
    let gate = Gate()
    let arrived = Counter()
    let held = try ScriptedTarget { socket, _ in
        if try MessageReader(socket).next()?.start.contains("/held") == true {
            arrived.add()
            gate.wait()
            socket.send(response("held"))
        }
    }
    defer {
        gate.open()
        held.stop()
    }
    try await withPlane(configuration([held.port]), workers: 2) { plane, port in
        let serving = try RawSocket(connectedTo: port)
        serving.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        let receiving = try RawSocket(connectedTo: port)
        receiving.send("GET / HTTP/1.1\r\n")
        let idle = try RawSocket(connectedTo: port)
        defer { idle.send("") }
        try await eventually("they are not all there") {
            let states = await plane.connections().connections.map(\.state.rawValue)
            return states.sorted() == ["idle", "receiving", "serving"] && arrived.value == 1
        }
        let view = await plane.connections()
        #expect(view.total == 3)
        let one = try #require(view.connections.first { $0.state == .serving })
        #expect(one.client.hasPrefix("127.0.0.1:"))
        #expect(one.listener == "http")
        #expect(one.requests == 1)
        #expect(one.receivedBytes == "GET /held HTTP/1.1\r\nHost: a\r\n\r\n".utf8.count)
        #expect(one.sentBytes == 0)
        #expect(one.targetGroup == "blue")
        #expect(one.target == target(held.port).id.text)
        // The limit holds for all workers together.
        let few = await plane.connections(2)
        #expect(few.connections.count == 2)
        #expect(few.total == 3)
    }
}

@Test func trafficTellsListenersGroupsAndTargets() async throws {
    let good = try ScriptedTarget.http { request in
        response("", status: request.start.contains("/bad") ? "500 No" : "200 OK")
    }
    defer { good.stop() }
    try await withPlane(configuration([good.port])) { plane, port in
        let before = await plane.trafficView()
        for path in ["/", "/bad", "/"] { _ = try get(port, path) }
        let view = await plane.trafficView()
        #expect(view.listeners.map(\.name) == ["http"])
        #expect(view.listeners.first?.port == port)
        #expect(view.listeners.first?.requests == 3)
        #expect(view.targetGroups.first?.outcomes.responses5xx == 1)
        let one = try #require(view.targets.first)
        #expect(one.id == target(good.port).id.text)
        #expect(one.outcomes.requests == 3)
        #expect(one.outcomes.latency.count == 3)
        #expect(one.outcomes.latency.p99 != nil)
        #expect(one.weight == 100)
        #expect(!one.anomalous)
        let first = try #require(before.targets.first).outcomes.latency
        #expect(one.outcomes.latency.since(first) == one.outcomes.latency)
        #expect(one.outcomes.latency.since(one.outcomes.latency).count == 0)
    }
}

@Test func theAdminPagesAreJSON() async throws {
    try await withPlane(configuration([])) { plane, _ in
        let admin = AdminServer { await plane.page($0) ?? .unknownPath }
        let port = try admin.start(address: "127.0.0.1", port: 0)
        defer { admin.stop() }
        let traffic = try await getAside(port, "/traffic").text
        let view = try JSONDecoder().decode(TrafficView.self, from: Data(traffic.utf8))
        #expect(view.workers == 1)
        let few = try await getAside(port, "/connections?limit=0").text
        let connections = try JSONDecoder().decode(ConnectionsView.self, from: Data(few.utf8))
        #expect(connections.connections.isEmpty)
        for wrong in ["limit=10001", "limit=x", "count=1", "limit=-1"] {
            #expect(try await getAside(port, "/connections?\(wrong)").status == 400)
        }
        #expect(try await getAside(port, "/nothing").status == 404)
    }
}
