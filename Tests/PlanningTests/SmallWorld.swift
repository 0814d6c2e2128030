import Model
import Planning

/// A deployment in the smallest world that can go wrong: one blue task, one green task, two
/// balancers, a user, and a bounded number of faults. Every state of it can be visited.
///
/// The record moves by the real `Rollout.step`; what surrounds it is written out here in the fewest
/// words: tasks, generations, reports, fences, requests.
struct SmallWorld: Hashable {
    enum Blue: UInt8 { case running, lost, starting, stopped }
    enum Green: UInt8 { case absent, starting, healthy, unhealthy, stopped }

    struct Configuration: Hashable {
        var toBlue = true
        var toGreen = false
        var hasBlue = true
        var hasGreen = false
    }

    struct Balancer: Hashable {
        var isUp = true
        var isConnected = true
        var isFenced = false
        var applied: UInt64 = 0
        var configuration = Configuration()
        /// Requests in flight.
        var toBlue = false
        var toGreen = false
        /// Whether it has itself seen green healthy.
        var isWarm = false
    }

    /// What the store has of a balancer, while its lease lives.
    struct Report: Hashable {
        var isFenced = false
        var applied: UInt64 = 0
        var toBlue = false
        var toGreen = false
        var isWarm = false
    }

    /// Of each side, the generation without it, once it retires.
    struct Retirement: Hashable {
        var blue: UInt64?
        var green: UInt64?
    }

    /// An index into the search's table of records.
    var record: Int
    var generation: UInt64 = 0
    var configuration = Configuration()
    var retirement = Retirement()
    var balancers = [Balancer(), Balancer()]
    var reports: [Report?] = [Report(), Report()]
    var blue = Blue.running
    var green = Green.absent
    var faultsLeft: Int
    /// Whether balancers may be at fault, or only tasks and users.
    var balancersFail = true
    var violation: String?
}

/// A rule of the design left out: the search must notice.
enum Mutation: String, Sendable {
    /// Nobody's acknowledgement is waited for.
    case noBarrier
    /// Any acknowledgement counts, of whatever generation.
    case noGeneration
    /// Requests in flight are not waited for.
    case noDrain
    /// Traffic shifts to a green that a balancer has not seen healthy.
    case noWarmUp
    /// Green gets more traffic whether or not it is still healthy.
    case uncheckedStep
    /// A rollback does not ask whether blue serves.
    case uncheckedRollback
    /// A balancer counts as away before it has fenced itself.
    case earlyExpiry
    /// A balancer that starts is not fenced.
    case freshRestart
    /// A balancer lifts its fence by fetching, whatever it fetched.
    case fetchLiftsFence
}

// MARK: - What the controller sees

extension SmallWorld {
    /// Reports that vouch for something: of balancers with a lease and no fence.
    private var members: [Report] { reports.compactMap(\.self).filter { !$0.isFenced } }

    private func applied(_ mutation: Mutation?) -> UInt64? {
        switch mutation {
        case .noBarrier: .max
        case .noGeneration: members.isEmpty ? nil : .max
        default: members.isEmpty ? nil : reports.compactMap(\.?.applied).min()
        }
    }

    func facts(_ mutation: Mutation?) -> RolloutFacts {
        var facts = RolloutFacts()
        facts.desiredCount = 1
        facts.production = "blue"
        facts.published = ["lb": generation]
        facts.applied["lb"] = applied(mutation)
        facts.failures = green == .unhealthy && mutation != .uncheckedStep ? 3 : 0
        facts.blue = blueSide(mutation)
        facts.green = greenSide(mutation)
        return facts
    }

    private func blueSide(_ mutation: Mutation?) -> RolloutFacts.Side {
        var side = RolloutFacts.Side()
        guard blue == .running || blue == .starting else { return side }
        if retirement.blue != nil {
            side.leaving = 1
            side.isDrained = isBlueReleased(mutation)
            return side
        }
        side.staying = 1
        let serves = blue == .running || mutation == .uncheckedRollback
        side.healthy = serves ? 1 : 0
        side.sound = side.healthy
        return side
    }

    private func greenSide(_ mutation: Mutation?) -> RolloutFacts.Side {
        var side = RolloutFacts.Side()
        guard green != .absent, green != .stopped else { return side }
        if retirement.green != nil {
            side.leaving = 1
            side.isDrained = isGreenReleased(mutation)
            return side
        }
        side.staying = 1
        guard green == .healthy || green == .unhealthy && mutation == .uncheckedStep else {
            return side
        }
        side.sound = 1
        let isSeen = !members.isEmpty && members.allSatisfy(\.isWarm)
        side.healthy = isSeen || mutation == .noWarmUp ? 1 : 0
        return side
    }

    func isBlueReleased(_ mutation: Mutation?) -> Bool {
        guard let out = retirement.blue, let applied = applied(mutation), applied >= out else {
            return false
        }
        return mutation == .noDrain || !reports.contains { $0?.toBlue == true }
    }

    func isGreenReleased(_ mutation: Mutation?) -> Bool {
        guard let out = retirement.green, let applied = applied(mutation), applied >= out else {
            return false
        }
        return mutation == .noDrain || !reports.contains { $0?.toGreen == true }
    }
}

// MARK: - What must hold

extension SmallWorld {
    /// Live balancers that no fence holds back.
    private var unfenced: [Balancer] { balancers.filter { $0.isUp && !$0.isFenced } }

    mutating func stopBlue() {
        if unfenced.contains(where: { $0.configuration.toBlue }) {
            violation = "I1: blue is told to stop while a live balancer routes to it"
        } else if unfenced.contains(where: \.toBlue) {
            violation = "I5: blue is told to stop with requests in flight"
        }
        blue = .stopped
    }

    mutating func stopGreen() {
        if unfenced.contains(where: \.configuration.toGreen) {
            violation = "I1: green is told to stop while a live balancer routes to it"
        } else if unfenced.contains(where: \.toGreen) {
            violation = "I5: green is told to stop with requests in flight"
        }
        green = .stopped
    }

    func brokenInvariant(of record: ServiceDeployment) -> String? {
        if let violation { return violation }
        let isTakenOut =
            configuration.toGreen && retirement.green != nil
            || configuration.toBlue && retirement.blue != nil
        if isTakenOut { return "I4: weight on a side that is taken out" }
        if record.stopIntentBlue, record.stopIntentGreen { return "I6: both sides are to stop" }
        if record.stopIntentBlue, ![.inProgress, .successful].contains(record.status) {
            return "I9: a way back after the point of no return"
        }
        switch record.status {
        case .successful:
            if green == .stopped { return "I7: successful without green" }
            if blue == .running { return "I8: blue is left over" }
        case .rollbackSuccessful, .stopped:
            if blue == .stopped { return "I7: rolled back without blue" }
            if ![.absent, .stopped].contains(green) { return "I8: green is left over" }
        default: break
        }
        return nil
    }
}
