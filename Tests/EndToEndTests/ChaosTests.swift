import Foundation
import Testing

/// Everything around a balancer changes at once, under load: what a seed chooses, again and again.
@Suite(.serialized)
struct ChaosTests {
    /// `TEAL_CHAOS_STEPS=400` makes it last for about a minute.
    static let steps = number("TEAL_CHAOS_STEPS") ?? 60
    static let seed = number("TEAL_SEED") ?? 1
    /// A step follows the last one after so many requests.
    static let requestsPerStep = 250

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }

    @Test("Targets die, come, drain and change weight, rules change: no repeatable request fails")
    func everythingAtOnce() async throws {
        try await Turmoil.run(seed: UInt64(ChaosTests.seed)) { balancer in
            let load = LoadClient(port: balancer.http, isRepeatable: true)
            load.start()
            var seen = 0
            for step in 0..<ChaosTests.steps {
                try balancer.change()
                let goal = seen + ChaosTests.requestsPerStep
                try await eventually("requests go on after step \(step)", within: 30) {
                    load.current.requests >= goal
                }
                seen = load.current.requests
            }
            let tally = await load.stop()
            #expect(tally.failures == [], "seed \(ChaosTests.seed), of \(tally.requests) requests")
            #expect(balancer.kills > 0)
            try await eventually("no connection of a client is left", within: 30) {
                balancer.descriptors <= balancer.descriptorsMax
            }
        }
    }
}
