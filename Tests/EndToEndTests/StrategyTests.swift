import Testing

/// Every strategy moves real requests from one revision to the next, and back from a bad one.
@Suite(.serialized)
struct StrategyTests {
    struct Strategy: Sendable, CustomTestStringConvertible {
        var name: String
        var settings: [String: String] = [:]

        var testDescription: String { name }
        var deployment: [String: String] { settings.merging(["strategy": name]) { $1 } }
    }

    static let strategies = [
        Strategy(
            name: "ROLLING",
            settings: ["minimum_healthy_percent": "50", "maximum_percent": "150"]),
        Strategy(
            name: "CANARY", settings: ["canary_percent": "10.0", "canary_bake_time": "500ms"]),
        Strategy(
            name: "LINEAR", settings: ["step_percent": "25.0", "step_bake_time": "200ms"]),
        Strategy(name: "BLUE_GREEN"),
    ]

    @Test("A deployment in each strategy loses no request", arguments: strategies)
    func loseNothing(strategy: Strategy) async throws {
        try await TealUnderTest.run(deployment: strategy.deployment) { teal in
            let load = LoadClient(port: teal.http)
            load.start()
            for version in 2...3 {
                try await teal.teal("deploy", "hello", "--env", "VERSION=\(version)")
            }
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            #expect(Set(tally.versions.keys) == ["1", "2", "3"])
            let answer = try HTTPConnection(port: teal.http).exchange()
            #expect(answer.body.hasPrefix("Hello from version 3\n"))
            let services = try await teal.teal("services")
            #expect(services.contains("2/2"))
        }
    }

    @Test("What never gets healthy gets no request, and is rolled back", arguments: strategies)
    func neverHealthy(strategy: Strategy) async throws {
        try await TealUnderTest.run(deployment: strategy.deployment) { teal in
            let load = LoadClient(port: teal.http)
            load.start()
            let output = try await teal.teal(
                "deploy", "hello", "--env", "VERSION=bad", "--env", "UNHEALTHY=1", expecting: 1)
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            #expect(Set(tally.versions.keys) == ["1"])
            #expect(output.contains("ROLLBACK_SUCCESSFUL"))
            let services = try await teal.teal("services")
            #expect(services.contains("2/2"))
        }
    }

    /// Not ROLLING, which has no bake: its deployment has ended when these tasks crash.
    @Test(
        "A crash half-way costs no safe request, and is rolled back",
        arguments: strategies.dropFirst())
    func crashUnderLoad(strategy: Strategy) async throws {
        try await TealUnderTest.run(bakeTime: "5s", deployment: strategy.deployment) { teal in
            let load = LoadClient(port: teal.http, isRepeatable: true)
            load.start()
            try await teal.teal(
                "deploy", "hello", "--env", "VERSION=bad", "--env", "CRASH_AFTER=1", expecting: 1)
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            let answer = try HTTPConnection(port: teal.http).exchange()
            #expect(answer.body.hasPrefix("Hello from version 1\n"))
        }
    }
}
