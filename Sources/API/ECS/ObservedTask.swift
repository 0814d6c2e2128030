import Model
import Store

/// A task as its two halves together tell: what is wanted of it, and what its agent sees.
struct ObservedTask {
    let task: Task
    /// `nil` before its agent has heard of it.
    let state: TaskState?

    /// A task on its way out counts as stopped as soon as that is decided, as at ECS.
    var desiredStatus: DesiredStatus {
        task.retirement == nil ? task.desiredStatus : .stopped
    }

    var lastStatus: TaskStatus {
        guard let state else {
            if task.containerInstance != nil { return .pending }
            return task.desiredStatus == .stopped ? .stopped : .provisioning
        }
        // It still runs, but is being taken out of load balancers and names.
        let isLeaving = state.lastStatus == .running && desiredStatus == .stopped
        return isLeaving ? .deactivating : state.lastStatus
    }

    var isRunning: Bool { lastStatus == .running }

    var isPending: Bool {
        switch lastStatus {
        case .provisioning, .pending, .activating: desiredStatus == .running
        case .running, .deactivating, .stopping, .deprovisioning, .stopped: false
        }
    }
}

extension Snapshot {
    /// The tasks below `folder`, each with its state below `states`, in the order of their keys.
    func observedTasks(in folder: Key, states: Key) throws(StoreError) -> [ObservedTask] {
        var observed: [TaskID: TaskState] = [:]
        for state in try values(in: states, as: TaskState.self) {
            observed[state.value.task] = state.value
        }
        return try values(in: folder, as: Task.self).map {
            ObservedTask(task: $0.value, state: observed[$0.value.id])
        }
    }
}
