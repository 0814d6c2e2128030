import Model
import Store

/// Runs tasks on paper: what becomes of one is in its task definition's family.
final class FakeAgent {
    let id: ContainerInstanceID
    /// How far its clock is from the controller's.
    var skewSeconds = 0
    private let store: MemoryStore
    private let clock: VirtualClock
    private var lease: LeaseID?
    private var nextPort = 20_000
    /// Tasks that were told to stop, in order.
    private(set) var stopped: [TaskID] = []

    init(_ id: ContainerInstanceID, store: MemoryStore, clock: VirtualClock) throws {
        self.id = id
        self.store = store
        self.clock = clock
        let instance = ContainerInstance(
            id: id, arn: Realm.local.containerInstance(id, in: "default"), cluster: "default",
            address: "127.0.0.1", cpu: 4096, memory: 4096, registeredAt: clock.now,
            agentVersion: "1")
        try store.commit(Transaction([.put(.containerInstance(id, in: "default"), instance)]))
        try connect()
    }

    func connect() throws {
        let lease = try store.grantLease(milliseconds: 1 << 40)
        self.lease = lease
        try store.commit(Transaction([.put(.liveAgent(id, in: "default"), id, lease: lease)]))
    }

    func disconnect() throws {
        if let lease { try store.revoke(lease) }
        lease = nil
    }

    /// Does what the records ask for; returns whether there was anything.
    func act() throws -> Bool {
        guard lease != nil else { return false }
        var writes: [Write] = []
        let states = try store.all(TaskState.self, in: .taskStates)
        for task in try store.all(Task.self, in: .tasks) where task.containerInstance == id {
            let old = states.first { $0.task == task.id }
            guard let new = next(task, old), new != old else { continue }
            writes.append(try .put(.taskState(task.id, in: "default"), new))
        }
        if !writes.isEmpty { try store.commit(Transaction(writes)) }
        return !writes.isEmpty
    }

    private func next(_ task: Task, _ old: TaskState?) -> TaskState? {
        var state =
            old
            ?? TaskState(
                task: task.id, cluster: "default", containerInstance: id, lastStatus: .pending)
        guard state.lastStatus != .stopped else { return nil }
        if task.desiredStatus == .stopped {
            if old != nil { stopped.append(task.id) }
            state.lastStatus = .stopped
            state.stoppedAt = clock.now
            state.stopCode = task.retirement?.stopCode
            return state
        }
        guard old?.lastStatus != .running else { return nil }
        state.startedAt = clock.now.advanced(seconds: skewSeconds)
        if task.taskDefinition.family == "crashing" {
            state.lastStatus = .stopped
            state.stoppedAt = clock.now
            state.stopCode = .essentialContainerExited
            state.stoppedReason = "Essential container in task exited"
            return state
        }
        state.lastStatus = .running
        nextPort += 1
        var container = ContainerState(name: "app", lastStatus: .running)
        container.networkBindings = [
            NetworkBinding(bindIP: "127.0.0.1", containerPort: 8000, hostPort: nextPort)
        ]
        state.containers = [container]
        return state
    }
}
