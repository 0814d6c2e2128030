internal import Model

/// How many requests a group's targets may have at one time, and the requests that wait for that.
struct GroupConcurrency {
    /// Of one target, in all workers together; 0 is no limit.
    var maximum = 0
    /// Requests that may wait in this worker.
    var queueMax = 0
    /// The deadline queue of those.
    var deadlines: UInt16 = 0
    /// Present once there was a limit.
    var waitingWorkers: WaitingWorkers?
    /// First come, first served.
    var waiting = Chain<Exchange>()
    /// A loop further up the stack goes through `waiting`.
    var isServing = false
}
