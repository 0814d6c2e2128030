import Model

/// A request that a task has accepted and not yet answered.
final class Flight {
    enum End: String {
        case answered
        /// The task ended, crashed or was told to stop.
        case targetGone
        /// The balancer cut it, the drain delay being over.
        case cut
        case balancerGone
    }

    let request: Int
    let target: TargetID
    let process: TaskProcess
    private(set) var isOver = false
    private let onEnd: (Flight, End) -> Void

    init(
        _ request: Int, to target: TargetID, in process: TaskProcess,
        onEnd: @escaping (Flight, End) -> Void
    ) {
        self.request = request
        self.target = target
        self.process = process
        self.onEnd = onEnd
    }

    func answer() {
        finish(.answered)
    }

    func abandon(_ end: End) {
        finish(end)
    }

    private func finish(_ end: End) {
        guard !isOver else { return }
        isOver = true
        onEnd(self, end)
    }
}
