import Model

/// Keeping bounded numbers of what has ended.
extension Draft {
    mutating func forgetOldRecords() {
        forgetTasks()
        for path in world.services.keys.sorted() {
            forgetDeployments(of: path)
            forgetRevisions(of: path)
        }
    }

    private mutating func forgetTasks() {
        for id in world.tasks.keys.sorted() {
            guard let task = world.tasks[id], task.desiredStatus == .stopped, isGone(task) else {
                continue
            }
            let end = world.taskStates[id]?.stoppedAt ?? task.retirement?.at ?? task.createdAt
            let due = end.advanced(milliseconds: policy.stoppedTaskMilliseconds)
            if now < due {
                wake(at: due)
            } else if mayDepart() {
                remove(task)
            }
        }
    }

    private mutating func forgetDeployments(of path: ServicePath) {
        let ended = world.deployments(of: path).filter(\.status.isTerminal)
        for deployment in ended.dropLast(policy.endedDeploymentsMax) { remove(deployment) }
    }

    /// A revision is kept for as long as anything refers to it.
    private mutating func forgetRevisions(of path: ServicePath) {
        let deployments = world.deployments(of: path)
        guard let revisions = world.revisions[path], revisions.count > deployments.count else {
            return
        }
        var kept = Set(deployments.flatMap { [$0.target] + ($0.source.map { [$0] } ?? []) })
        if let production = world.services[path]?.productionRevision { kept.insert(production) }
        kept.formUnion(world.tasks(of: path).compactMap(\.revision))
        // One that no deployment refers to may be about to get one: only older ones go.
        guard
            let oldest = revisions.values.filter({ kept.contains($0.id) })
                .map(\.createdAt).min()
        else { return }
        for revision in revisions.values.sorted(by: { $0.id < $1.id })
        where !kept.contains(revision.id) && revision.createdAt < oldest {
            removeRevision(revision.id, of: path)
        }
    }
}
