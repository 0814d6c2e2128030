internal import Model
internal import Routing

/// What the workers share of the target groups that limit the concurrency of their targets.
struct SharedConcurrency: Sendable {
    private(set) var places: [TargetKey: TargetPlaces] = [:]
    private(set) var waiting: [TargetGroupName: WaitingWorkers] = [:]

    /// Follows the table: what a target or a group has it keeps as long as the table names it, so
    /// that no place is given back where none was taken.
    mutating func follow(_ table: RoutingTable) {
        let before = self
        places = [:]
        waiting = [:]
        for group in table.targetGroups {
            let name = group.source.name
            let isLimited = group.attributes.concurrencyMaximum > 0
            waiting[name] = before.waiting[name] ?? (isLimited ? WaitingWorkers() : nil)
            for target in group.source.targets {
                let key = TargetKey(group: name, target: target)
                places[key] = before.places[key] ?? (isLimited ? TargetPlaces() : nil)
            }
        }
    }
}
