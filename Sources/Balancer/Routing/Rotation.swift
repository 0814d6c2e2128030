/// Who may be given requests among the targets of a group, and whose turn it is.
package struct Rotation: Sendable {
    /// Indices of targets, ascending.
    package private(set) var members: [Int] = []
    /// Whether the group failed open: too few targets are healthy, so all of them are tried.
    package private(set) var isOpen = false
    /// Whether a healthy target is there.
    package private(set) var isServing = false
    /// What each member gets of the turns compared with the others; empty when all are equal.
    private var weights: [UInt32] = []
    private var heaviest: UInt32 = 0
    /// What each member has saved up towards its next turn.
    private var credits: [UInt32] = []
    private var cursor: Int

    /// The largest weight of a member.
    package static let weightMax: UInt32 = 1_000_000

    /// `start` spreads the first turns of several workers.
    package init(start: Int = 0) {
        cursor = start
    }

    /// Takes the group's targets anew: the healthy ones, or all when they are too few. A target of
    /// weight 0 gets nothing as long as another has more.
    package mutating func refill(_ standings: [Standing], needing minimum: HealthyMinimum = .one) {
        let healthy = standings.indices.filter { standings[$0].isHealthy }
        isServing = healthy.contains { standings[$0].weight > 0 }
        isOpen = !minimum.isMet(by: healthy.count, of: standings.count)
        let routable = isOpen ? Array(standings.indices) : healthy
        let weighted = routable.filter { standings[$0].weight > 0 }
        let chosen = weighted.isEmpty ? routable : weighted
        let hasChanged = chosen != members
        members = chosen
        let weights = members.map { max(1, standings[$0].weight) }
        heaviest = weights.max() ?? 0
        self.weights = weights.allSatisfy { $0 == heaviest } ? [] : weights
        if self.weights.isEmpty {
            credits = []
        } else if hasChanged || credits.isEmpty {
            credits = Array(repeating: 0, count: members.count)
        }
    }

    /// The same with targets that differ in nothing but their health.
    package mutating func refill(healthy: [Bool]) {
        refill(healthy.map { Standing(isHealthy: $0) })
    }

    /// The next target; not `unwanted` as long as there is another. `nil` when there is none.
    package mutating func next(avoiding unwanted: Int = -1) -> Int? {
        guard !members.isEmpty else { return nil }
        let member = advance()
        guard member == unwanted, members.count > 1 else { return member }
        step()
        return members[cursor]
    }

    /// Each in its turn; of unequal ones, those that have not saved up for theirs are passed over.
    private mutating func advance() -> Int {
        step()
        guard !weights.isEmpty else { return members[cursor] }
        // The heaviest saves up enough each time, so this ends within one round.
        while true {
            credits[cursor] &+= weights[cursor]
            if credits[cursor] >= heaviest {
                credits[cursor] &-= heaviest
                return members[cursor]
            }
            step()
        }
    }

    @inline(__always)
    private mutating func step() {
        cursor = cursor &+ 1
        if cursor >= members.count || cursor < 0 { cursor = 0 }
    }

    /// A member by the chance that `random` is, in proportion to the weights.
    package func draw(_ random: UInt64) -> Int? {
        guard !members.isEmpty else { return nil }
        var random = random
        var place = Rotation.scaled(random, to: members.count)
        guard !weights.isEmpty else { return members[place] }
        for _ in 0..<Rotation.drawsMax {
            let chance = UInt64(UInt32(truncatingIfNeeded: random)) &* UInt64(heaviest)
            guard chance >> 32 >= UInt64(weights[place]) else { break }
            random = Rotation.mixed(random)
            place = Rotation.scaled(random, to: members.count)
        }
        return members[place]
    }

    /// Two different members by chance, to take the better of; the same one twice when it is alone.
    package func pair(_ random: UInt64) -> (Int, Int)? {
        guard !members.isEmpty else { return nil }
        let first = Rotation.scaled(random, to: members.count)
        guard members.count > 1 else { return (members[first], members[first]) }
        let low = random << 32
        var second = Rotation.scaled(low, to: members.count - 1)
        if second >= first { second += 1 }
        return (members[first], members[second])
    }

    /// Draws before one is taken whose weight speaks against it.
    private static let drawsMax = 32

    /// The upper half of `random` as a number below `count`.
    private static func scaled(_ random: UInt64, to count: Int) -> Int {
        Int(((random >> 32) &* UInt64(count)) >> 32)
    }

    /// SplitMix64's mixing: the next number from one that was used.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
