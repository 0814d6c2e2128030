internal import Model
internal import Routing

/// What was counted for that which is gone.
extension Worker {
    /// Revisions, and listeners, whose counts are kept by name when they are gone.
    static let departedMax = 256

    /// What became of each revision's requests, those of targets that are gone included.
    var revisions: [RevisionKey: TargetOutcomes] {
        (Array(targets.values) + leaving).reduce(into: departed) { revisions, target in
            revisions[target.pointee.key.revision, default: TargetOutcomes()]
                .add(target.pointee.outcomes.pointee)
        }
    }

    func depart(_ target: Ref<TargetSlot>) {
        departed[target.pointee.key.revision, default: TargetOutcomes()]
            .add(target.pointee.outcomes.pointee)
        target.pointee.outcomes.deallocate()
    }

    func depart(_ listener: Ref<ListenerSlot>) {
        var traffic = ListenerTraffic(listener)
        listener.pointee.matches.deallocate()
        let name = listener.pointee.compiled.name
        traffic.add(departedListeners[name] ?? ListenerTraffic())
        departedListeners[name] = traffic
        guard departedListeners.count > Worker.departedMax else { return }
        let names = Set(listeners.map(\.pointee.compiled.name))
        var rest = ListenerTraffic()
        for (name, traffic) in departedListeners where !names.contains(name) {
            rest.add(traffic)
            departedListeners[name] = nil
        }
        departedListeners[""] = rest
    }

    /// Revisions come and go. Of too many the counts stay, and the names do not.
    func foldDeparted() {
        guard departed.count > Worker.departedMax else { return }
        let used = Set((Array(targets.values) + leaving).map(\.pointee.key.revision))
        for (key, outcomes) in departed where !used.contains(key) {
            departed[key] = nil
            let group = groups[key.group] == nil ? "" : key.group
            departed[RevisionKey(group: group, revision: nil), default: TargetOutcomes()]
                .add(outcomes)
        }
    }
}
