import Model

/// Shares of traffic, in tenths of a percent.
enum Weight {
    static let all = 1000

    /// `50` is "5", `125` is "12.5".
    static func percent(_ weight: Int) -> String {
        weight % 10 == 0 ? "\(weight / 10)" : "\(weight / 10).\(weight % 10)"
    }
}

extension RuleAction {
    /// This action with `share` of the traffic of the pair for `to`, the rest for `from`; target
    /// groups besides the pair keep their weights. `nil` when it forwards to neither.
    func shifted(
        _ share: Int, to: TargetGroupName, from: TargetGroupName
    ) -> RuleAction? {
        guard case .forward(var groups) = self else { return nil }
        guard groups.contains(where: { $0.targetGroup == to || $0.targetGroup == from }) else {
            return nil
        }
        groups.set(Weight.all - share, of: from)
        groups.set(share, of: to)
        return .forward(groups)
    }
}

extension [WeightedTargetGroup] {
    fileprivate mutating func set(_ weight: Int, of group: TargetGroupName) {
        if let index = firstIndex(where: { $0.targetGroup == group }) {
            self[index].weight = weight
        } else {
            append(WeightedTargetGroup(targetGroup: group, weight: weight))
        }
    }
}
