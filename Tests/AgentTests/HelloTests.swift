import Glibc
import Model
import Testing

@testable import Agent

/// The sample app, run by an agent as the quick start runs it, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct HelloTests {
    /// Runs the sample with `environment` beside `body`, which gets its port.
    private func withHello(
        _ environment: [String: String],
        _ body: @Sendable (Site, Model.Task, Int) async throws -> Void
    ) async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let container = Sample.container { container in
                container.entryPoint = ["teal-hello"]
                container.portMappings = [PortMapping(containerPort: 8000)]
                container.environment = environment.map { KeyValuePair(name: $0, value: $1) }
            }
            let task = try site.put([container], on: agent)
            let state = try await site.state(.running)
            let port = try #require(state.containers.first?.networkBindings.first?.hostPort)
            try await eventually { (try? Client(port: port)) != nil }
            try await body(site, task, port)
        }
    }

    @Test func answersOneRequestAfterAnother() async throws {
        try await withHello(["VERSION": "7"]) { _, _, port in
            let client = try Client(port: port)
            let get = try await client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(get.status == 200)
            #expect(get.body == "Hello from version 7\n")
            let post = try await client.ask(
                "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde")
            #expect(post.body == "Hello from version 7\nReceived 5 bytes\n")
            let chunked = try await client.ask(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n8;a=b\r\n12345678\r\n0\r\nT: v\r\n\r\n")
            #expect(chunked.body == "Hello from version 7\nReceived 11 bytes\n")
            let head = try await client.ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", isHead: true)
            #expect(head.status == 200)
            let last = try await client.ask("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect(last.body == "ok\n")
            #expect(try await client.isClosed())
        }
    }

    @Test func answersWhatCameInOnePiece() async throws {
        try await withHello([:]) { _, _, port in
            let client = try Client(port: port)
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            #expect(try await client.ask(request + request).body == "Hello from version 1\n")
            #expect(try await client.ask("").body == "Hello from version 1\n")
        }
    }

    @Test(arguments: [
        ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 17_000) + "\r\n\r\n", 431),
    ])
    func refusesWhatIsNoRequest(text: String, status: Int) async throws {
        try await withHello([:]) { _, _, port in
            let client = try Client(port: port)
            #expect(try await client.ask(text).status == status)
            #expect(try await client.isClosed())
        }
    }

    @Test(arguments: [
        (["FAIL": "500"], 500, 200), (["UNHEALTHY": "1"], 200, 503), ([:], 200, 200),
    ])
    func failsOnDemand(environment: [String: String], status: Int, health: Int) async throws {
        try await withHello(environment) { _, _, port in
            let client = try Client(port: port)
            #expect(try await client.ask("GET / HTTP/1.1\r\n\r\n").status == status)
            #expect(try await client.ask("GET /health HTTP/1.1\r\n\r\n").status == health)
        }
    }

    @Test func answersWhatIsInFlightWhenItEnds() async throws {
        try await withHello(["SLOW_MS": "300"]) { site, task, port in
            let idle = try Client(port: port)
            #expect(try await idle.ask("GET /health HTTP/1.1\r\n\r\n").status == 200)
            let busy = try Client(port: port)
            try busy.send("GET / HTTP/1.1\r\n\r\n")
            try site.stop(task)
            #expect(try await idle.isClosed())
            #expect(try await busy.ask("").body == "Hello from version 1\n")
            #expect(try await busy.isClosed())
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 0)
        }
    }

    @Test func hangsOnDemandAndEndsAllTheSame() async throws {
        try await withHello(["HANG": "1"]) { site, task, port in
            let hung = try Client(port: port)
            try hung.send("GET / HTTP/1.1\r\n\r\n")
            let client = try Client(port: port)
            #expect(try await client.ask("GET /health HTTP/1.1\r\n\r\n").status == 200)
            try site.stop(task)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 0)
        }
    }

    @Test func crashesOnDemand() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let container = Sample.container { container in
                container.entryPoint = ["teal-hello"]
                container.portMappings = [PortMapping(containerPort: 8000)]
                container.environment = [KeyValuePair(name: "CRASH_AFTER", value: "0.05")]
            }
            try site.put([container], on: agent)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 1)
        }
    }
}
