internal import Synchronization

/// Calls `done` when so many have reported.
final class Countdown: Sendable {
    private let remaining: Mutex<Int>
    private let done: @Sendable () -> Void

    init(_ count: Int, done: @escaping @Sendable () -> Void) {
        remaining = Mutex(count)
        self.done = done
    }

    func one() {
        let isLast = remaining.withLock { remaining in
            remaining -= 1
            return remaining == 0
        }
        if isLast { done() }
    }
}

/// Waits until each of several has ended, or for a while.
final class EndCount: Sendable {
    private struct State {
        var remaining: Set<Int>
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(remaining: Set(0..<count)))
    }

    /// Each may say it more than once.
    func one(_ index: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.remaining.remove(index)
            return state.remaining.isEmpty ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    func wait(milliseconds: Int) async {
        let timer = Task {
            try await Task.sleep(for: .milliseconds(milliseconds))
            state.withLock { $0.waiter.take() }?.resume()
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard !state.remaining.isEmpty else { return true }
                state.waiter = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
        timer.cancel()
    }
}
