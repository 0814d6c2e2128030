import Model

@testable import Planning

/// Requests of a rollout as balancers would count them, interval by interval.
struct SimulatedTraffic {
    /// Green's share in the course of a rollout; each holds for an equal part of it.
    enum Curve: String, CaseIterable {
        case canary
        case linear
        case half

        var shares: [Double] {
            switch self {
            case .canary: [0.05]
            case .linear: stride(from: 0.1, to: 1, by: 0.1).map(\.self)
            case .half: [0.5]
            }
        }
    }

    let shares: [Double]
    /// The rate of bad requests in an interval, on each side.
    var blueRate: (Int) -> Double
    var greenRate: (Int) -> Double
    var generator: Generator

    init(
        shares: [Double], seed: UInt64, blueRate: @escaping (Int) -> Double,
        greenRate: @escaping (Int) -> Double
    ) {
        self.shares = shares
        self.blueRate = blueRate
        self.greenRate = greenRate
        generator = Generator(seed: seed)
    }

    /// After how many requests a share test called green bad; `nil` when it never did.
    mutating func requestsUntilBad(intervals: Int, size: Int) -> Int? {
        var test = ShareTest()
        for index in 0..<intervals {
            let share = shares[index * shares.count / intervals]
            // Turns are taken by weight.
            let green = Int((Double(size) * share).rounded())
            test.observe(
                blue: size - green, blueBad: binomial(size - green, blueRate(index)),
                green: green, greenBad: binomial(green, greenRate(index)))
            if test.evidence >= VerdictPolicy.evidenceMin { return (index + 1) * size }
        }
        return nil
    }

    /// Successes of `count` trials: from one success to the next the gap is geometric.
    mutating func binomial(_ count: Int, _ rate: Double) -> Int {
        guard rate > 0 else { return 0 }
        let failure = (1 - rate).naturalLogarithm
        var successes = 0
        var trial = 0.0
        while true {
            let uniform = Double(generator.next() >> 11) * 0x1p-53
            trial += ((1 - uniform).naturalLogarithm / failure).rounded(.down) + 1
            guard trial <= Double(count) else { return successes }
            successes += 1
        }
    }
}
