extension RuleAction {
    /// The target groups that it forwards to, those of weight zero included.
    package var targetGroups: [TargetGroupName] {
        guard case .forward(let groups) = self else { return [] }
        return groups.map(\.targetGroup)
    }
}

extension Rule {
    /// The target groups that it names, the one that gets copies of its requests included.
    package var targetGroups: [TargetGroupName] {
        action.targetGroups + (forwarding?.mirror.map { [$0.targetGroup] } ?? [])
    }
}

extension Listener {
    /// The same of its default action.
    package var defaultTargetGroups: [TargetGroupName] {
        defaultAction.targetGroups + (defaultForwarding?.mirror.map { [$0.targetGroup] } ?? [])
    }
}
