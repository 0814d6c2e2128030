import Model
import Proxy

/// The shares of targets that were changed by command, until the process ends.
struct TargetWeights: Equatable, Sendable {
    /// In percent of a full share; those that have it are absent.
    private(set) var percents: [TargetKey: Int] = [:]

    /// Takes a change of targets that `configuration` has; throws when there is no such target.
    mutating func take(
        _ change: TargetChange, in configuration: LoadBalancerConfiguration
    ) throws(Failure) {
        let keys = configuration.targetGroups
            .filter { change.group == nil || change.group == $0.name }
            .flatMap { group in
                group.targets.filter { $0.id == change.target }
                    .map { TargetKey(group: group.name, target: $0) }
            }
        guard !keys.isEmpty else {
            let place = change.group.map { "target group \($0)" } ?? "any target group"
            throw Failure(
                "there is no target \(change.target) in \(place)",
                remedy: "`teal targets --config FILE` lists them")
        }
        let isFull = change.weight == TargetWeight.full
        for key in keys { percents[key] = isFull ? nil : change.weight }
    }
}
