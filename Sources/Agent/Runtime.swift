package import Model

/// Runs containers: as processes of this machine, or by a container engine.
///
/// What it runs outlives the agent. Everything is keyed by the task's id and the container's name,
/// so that a start that is repeated after a crash finds the first one instead.
package protocol Runtime: Sendable {
    /// Starts the container, or finds what an earlier start of it left: there are never two.
    func start(_ order: ContainerOrder) async -> Remains

    /// What an earlier agent left of the container; `nil` when it was never started.
    func find(_ order: ContainerOrder) async -> Remains?

    /// Releases what the machine holds for a task that is over, but for its folder.
    func forget(_ task: TaskID) async
}

/// What became of a start.
package enum Remains: Sendable {
    case running(any RunningContainer)
    case ended(ContainerExit)
}

/// One container that runs.
package protocol RunningContainer: Sendable {
    /// The process id, or the engine's container id.
    var runtimeId: String { get }

    /// Signals its main process.
    func signal(_ signal: StopSignal)

    /// Waits for its end; `nil` when the waiting task was cancelled first.
    func ended() async -> ContainerExit?

    /// Runs a health check inside; whether it exited with 0 within the timeout.
    func check(_ command: [String], timeoutSeconds: Int) async -> Bool
}
