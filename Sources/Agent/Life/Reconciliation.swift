import Model

/// What to do about one task, given what the store and this machine say of it.
enum Reconciliation: Hashable, Sendable {
    case nothing
    /// It never ran anywhere: run it.
    case start
    case stop(TaskStopCode, String)
    /// It is not here and must not run: say so.
    case record(TaskStopCode, String)

    static let orphaned = "The task is not in the store any more"
    static let vanished =
        "The task is gone: this machine has no trace of it. Its data folder was lost or the "
        + "machine was restarted"

    /// `task` is the store's wish if it is placed here, `state` what the store shows of it, and
    /// `isKnown` whether this agent has it, running or over (`isOver`).
    init(wanted task: Task?, shown state: TaskState?, isKnown: Bool, isOver: Bool) {
        guard let task else {
            self =
                isKnown && !isOver
                ? .stop(.serviceSchedulerInitiated, Reconciliation.orphaned) : .nothing
            return
        }
        if isKnown {
            self = isOver ? .nothing : Reconciliation.known(task, shown: state)
        } else {
            self = Reconciliation.unknown(task, shown: state)
        }
    }

    private static func known(_ task: Task, shown state: TaskState?) -> Reconciliation {
        if task.desiredStatus == .stopped { return task.stop }
        guard let state, state.lastStatus == .stopped else { return .nothing }
        // Others have long replaced it: it may not come back.
        return .stop(state.stopCode ?? .serviceSchedulerInitiated, state.stoppedReason ?? "")
    }

    private static func unknown(_ task: Task, shown state: TaskState?) -> Reconciliation {
        let hasRun: Bool
        switch state?.lastStatus {
        case .stopped: return .nothing
        case nil, .provisioning, .pending: hasRun = false
        case .activating, .running, .deactivating, .stopping, .deprovisioning: hasRun = true
        }
        if task.desiredStatus == .stopped, case .stop(let code, let reason) = task.stop {
            return .record(code, reason)
        }
        return hasRun ? .record(.infrastructureHealth, vanished) : .start
    }
}

extension Task {
    /// Why it is to stop: whoever wrote that said so.
    fileprivate var stop: Reconciliation {
        .stop(
            retirement?.stopCode ?? .userInitiated, retirement?.reason ?? "Task stopped by user")
    }
}
