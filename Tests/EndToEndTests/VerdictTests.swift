import Testing

/// A green that passes its health checks and fails real requests is taken back by what they say.
@Suite(.serialized)
struct VerdictTests {
    static let canary = [
        "strategy": "CANARY", "canary_percent": "10.0", "canary_bake_time": "30s",
    ]

    @Test("A canary that answers 503 is taken back, and no client that may retry sees it")
    func unavailable() async throws {
        try await TealUnderTest.run(bakeTime: "30s", deployment: VerdictTests.canary) { teal in
            let load = LoadClient(port: teal.http, isRepeatable: true)
            load.start()
            let output = try await teal.teal(
                "deploy", "hello", "--env", "VERSION=bad", "--env", "FAIL=503", expecting: 1)
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            #expect(Set(tally.versions.keys) == ["1"])
            #expect(output.contains("most requests to green fail"))
        }
    }

    @Test("A canary that answers 500 is taken back by its first requests, and `why` tells so")
    func failing() async throws {
        try await TealUnderTest.run(bakeTime: "30s", deployment: VerdictTests.canary) { teal in
            let load = LoadClient(port: teal.http)
            load.start()
            try await teal.teal(
                "deploy", "hello", "--env", "VERSION=bad", "--env", "FAIL=500", expecting: 1)
            let tally = await load.stop()
            #expect(Set(tally.versions.keys) == ["1"])
            // Reports are half a second apart; without the verdict green would bake for a minute.
            print("requests that green failed: \(tally.failed) of \(tally.requests)")
            #expect(tally.failed > 0)
            #expect(tally.failed < tally.requests / 10)
            let story = try await teal.teal("why", "hello")
            #expect(story.contains("most requests to green fail"))
            let answer = try HTTPConnection(port: teal.http).exchange()
            #expect(answer.body.hasPrefix("Hello from version 1\n"))
        }
    }

    @Test("With the verdict off a green that fails is kept, as its user wants it")
    func off() async throws {
        let settings = ["strategy": "BLUE_GREEN", "verdict": "off"]
        try await TealUnderTest.run(deployment: settings) { teal in
            let load = LoadClient(port: teal.http)
            load.start()
            try await teal.teal("deploy", "hello", "--env", "VERSION=bad", "--env", "FAIL=500")
            let tally = await load.stop()
            #expect(tally.failed > 0)
        }
    }
}
