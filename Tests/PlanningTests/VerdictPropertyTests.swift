import Model
import Testing

@testable import Planning

/// What the tests promise, measured over thousands of simulated rollouts.
struct VerdictPropertyTests {
    /// Looked at after each of 60 intervals, on every curve of traffic, at three kinds of peace.
    @Test(arguments: SimulatedTraffic.Curve.allCases)
    func aGoodGreenIsRarelyRolledBack(curve: SimulatedTraffic.Curve) {
        let rates: [(String, (Int) -> Double)] = [
            ("0.2 %", { _ in 0.002 }),
            ("1 %", { _ in 0.01 }),
            ("storms of 20 %", { $0 % 10 == 3 ? 0.2 : 0.002 }),
        ]
        for (name, rate) in rates {
            let runs = 300
            var rollbacks = 0
            for seed in 0..<runs {
                var traffic = SimulatedTraffic(
                    shares: curve.shares, seed: UInt64(seed), blueRate: rate, greenRate: rate)
                if traffic.requestsUntilBad(intervals: 60, size: 300) != nil { rollbacks += 1 }
            }
            print("false rollbacks, \(curve.rawValue), \(name): \(rollbacks) of \(runs)")
            #expect(Double(rollbacks) <= (2 / DeploymentAnalysis.evidenceMin) * Double(runs))
        }
    }

    /// A green that is a quarter worse than blue is what the tolerance is for.
    @Test func aGreenWithinTheToleranceIsRarelyRolledBack() {
        let runs = 300
        let rollbacks = (0..<runs).count { seed in
            var traffic = SimulatedTraffic(
                shares: [0.5], seed: UInt64(seed), blueRate: { _ in 0.01 },
                greenRate: { _ in 0.0125 })
            return traffic.requestsUntilBad(intervals: 60, size: 300) != nil
        }
        #expect(Double(rollbacks) <= (2 / DeploymentAnalysis.evidenceMin) * Double(runs))
    }

    /// Blue's rate, green's rate, green's share, the median to expect in requests of both sides. A
    /// test for each request, without tolerance and with half the evidence, needs 582, 1,424,
    /// 2,222.
    @Test(arguments: [
        (0.001, 0.1, 0.05, 900), (0.01, 0.05, 0.1, 2_600), (0.001, 0.01, 0.5, 3_600),
        (0.0, 1.0, 0.1, 80), (0.01, 0.05, 0.05, 5_000),
    ])
    func aBadGreenIsFoundSoon(blue: Double, green: Double, share: Double, most: Int) {
        let runs = 101
        let found = (0..<runs).map { seed in
            var traffic = SimulatedTraffic(
                shares: [share], seed: UInt64(seed), blueRate: { _ in blue },
                greenRate: { _ in min(green, 0.999_999) })
            return traffic.requestsUntilBad(intervals: 1_000, size: 20) ?? .max
        }
        let median = found.sorted()[runs / 2]
        print("\(blue) against \(green) at \(share): found after \(median) requests, median")
        #expect(median <= most)
    }

    @Test(arguments: [(0.005, 0.02, 1_400), (0.01, 0.05, 450)])
    func aRiseAfterTheShiftIsFoundSoon(usual: Double, risen: Double, most: Int) {
        let runs = 101
        let found = (0..<runs).map { seed in
            var traffic = SimulatedTraffic(
                shares: [1], seed: UInt64(seed), blueRate: { _ in 0 }, greenRate: { _ in 0 })
            var test = DriftTest(
                blueRequests: 200_000, blueErrors: Int(usual * 200_000))
            var requests = 0
            while !test.isAlarmed, requests < 50_000 {
                test.observe(requests: 20, errors: traffic.binomial(20, risen))
                requests += 20
            }
            return requests
        }
        let median = found.sorted()[runs / 2]
        print("\(usual) rises to \(risen): found after \(median) requests, median")
        #expect(median <= most)
    }

    @Test func withoutARiseThereIsNoAlarm() {
        let alarms = (0..<100).count { seed in
            var traffic = SimulatedTraffic(
                shares: [1], seed: UInt64(seed), blueRate: { _ in 0 }, greenRate: { _ in 0 })
            var test = DriftTest(blueRequests: 200_000, blueErrors: 1_000)
            for _ in 0..<100 where !test.isAlarmed {
                test.observe(requests: 200, errors: traffic.binomial(200, 0.005))
            }
            return test.isAlarmed
        }
        #expect(alarms == 0)
    }
}
