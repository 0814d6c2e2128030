internal import Loop

extension DataPlane {
    /// Gives targets a part of their shares from now on, in percent, and all others a full one.
    ///
    /// It holds also for targets that come later, and for every configuration, until the next call.
    package nonisolated func weigh(_ percents: [TargetKey: Int]) {
        let percents = percents.mapValues {
            UInt32(min(max($0, TargetWeight.range.lowerBound), TargetWeight.range.upperBound))
        }
        for worker in workers { worker.perform { $0.weigh(percents) } }
    }
}

extension Worker {
    fileprivate func weigh(_ percents: [TargetKey: UInt32]) {
        self.percents = percents
        for group in groups.values { refill(group) }
    }

    /// The targets that may get requests; those that are drained come after them in the group,
    /// where no turn reaches them.
    func undrained(_ group: Ref<GroupSlot>) -> [Ref<TargetSlot>] {
        let targets = group.pointee.targets
        guard percents.values.contains(0) else { return targets }
        let present = targets.filter { percent(of: $0) > 0 }
        guard present.count < targets.count else { return targets }
        let ordered = present + targets.filter { percent(of: $0) == 0 }
        if ordered != targets {
            group.pointee.targets = ordered
            for (index, target) in ordered.enumerated() { target.pointee.index = index }
            nameTargets(of: group)
        }
        for target in ordered[present.count...] { target.pointee.weight = 0 }
        return present
    }

    func percent(of target: Ref<TargetSlot>) -> UInt32 {
        percents.isEmpty ? UInt32(TargetWeight.full) : percents[target.pointee.key] ?? 100
    }
}
