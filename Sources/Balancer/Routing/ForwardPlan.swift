/// A choice among target groups by weight.
package struct ForwardPlan: Sendable {
    package struct Share: Hashable, Sendable {
        /// The group's index in the routing table.
        package let group: Int
        package let weight: UInt32
    }

    package struct Mirror: Hashable, Sendable {
        /// The group's index in the routing table.
        package let group: Int
        /// A request is copied when a random number is not higher.
        package let threshold: UInt64

        package init(group: Int, percent: Int) {
            self.group = group
            threshold = percent < 100 ? UInt64.max / 100 * UInt64(max(0, percent)) : .max
        }
    }

    /// Every group that the action names, in its order.
    package let groups: [Int]
    /// Groups of weight zero are left out.
    package let shares: [Share]
    package let totalWeight: UInt32
    /// Whether the next group steps in for one that has no target for a request.
    package let failsOver: Bool
    /// Whether another group may take over what its group failed.
    package let rescues: Bool
    /// For how long a client keeps its place on the scale of the weights; 0 where nobody does, or
    /// where there is no other group to go to.
    package let stickySeconds: UInt64
    /// Who gets copies of requests; `nil` where nobody does.
    package let mirror: Mirror?
    /// How requests are changed on their way.
    package let rewrite: RequestRewrite?

    package init(
        _ shares: [(group: Int, weight: Int)], failsOver: Bool = false, rescues: Bool = true,
        stickySeconds: Int = 0, mirror: Mirror? = nil, rewrite: RequestRewrite? = nil
    ) {
        groups = shares.map(\.group)
        self.shares = shares.filter { $0.weight > 0 }
            .map { Share(group: $0.group, weight: UInt32($0.weight)) }
        totalWeight = self.shares.reduce(0) { $0 + $1.weight }
        self.failsOver = failsOver
        self.rescues = rescues
        self.stickySeconds = self.shares.count > 1 ? UInt64(max(0, stickySeconds)) : 0
        self.mirror = mirror
        self.rewrite = rewrite
    }

    /// The group whose part of the scale `random` falls on; `nil` when all weights are zero.
    ///
    /// Every request is drawn by itself, so that what the two sides get can be compared.
    package func pick(_ random: UInt64) -> Int? {
        guard shares.count != 1 else { return shares[0].group }
        guard totalWeight > 0 else { return nil }
        return group(at: UInt32(random % UInt64(totalWeight)))
    }

    /// The group that a client's `place` falls on; `nil` when all weights are zero.
    ///
    /// A place is a fraction of the whole scale, in parts of 2^64. So long as the weights stay it
    /// is in one group; when they shift, just as many clients change as the shift asks for.
    package func group(holding place: UInt64) -> Int? {
        guard totalWeight > 0 else { return nil }
        return group(at: UInt32(place.multipliedFullWidth(by: UInt64(totalWeight)).high))
    }

    private func group(at point: UInt32) -> Int? {
        var point = point
        for share in shares {
            if point < share.weight { return share.group }
            point -= share.weight
        }
        return nil
    }

    /// The first group after `group`, in the action's order and round to its beginning, that
    /// `serves`: it has weight, and a target for a request.
    package func next(after group: Int, where serves: (Int) -> Bool) -> Int? {
        guard failsOver, let start = shares.firstIndex(where: { $0.group == group }) else {
            return nil
        }
        for step in 1..<max(1, shares.count) {
            let other = shares[(start + step) % shares.count].group
            if serves(other) { return other }
        }
        return nil
    }
}
