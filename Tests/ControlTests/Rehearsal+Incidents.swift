import Model
import Store
import Testing

/// What may befall a cluster.
extension Rehearsal {
    /// The task's process ends by itself.
    func exit(_ task: Task) throws {
        let key = Key.taskState(task.id, in: "default")
        var state = try #require(try store.all(TaskState.self, in: key).first)
        state.lastStatus = .stopped
        state.stoppedAt = clock.now
        state.stopCode = .essentialContainerExited
        state.stoppedReason = "Essential container in task exited"
        try store.commit(Transaction([.put(key, state)]))
    }

    /// What StopTask writes.
    func retire(_ task: Task) throws {
        var task = task
        task.retirement = Retirement(
            at: clock.now, stopCode: .userInitiated, reason: "Task stopped by user")
        try store.commit(Transaction([.put(.task(task.id, in: "default"), task)]))
    }

    func drain(_ id: ContainerInstanceID) throws {
        let key = Key.containerInstance(id, in: "default")
        var instance = try #require(try store.all(ContainerInstance.self, in: key).first)
        instance.status = .draining
        try store.commit(Transaction([.put(key, instance)]))
    }
}
