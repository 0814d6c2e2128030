import Glibc
import Model

/// Processes that this one started, and has to wait for so that they leave no zombies.
enum Children {
    /// Reaps `pid` when it ends, without waiting for it here.
    static func adopt(_ pid: pid_t) {
        guard let child = ProcessHandle(pid) else { return }
        _Concurrency.Task {
            _ = await child.ended()
            child.reap()
        }
    }

    /// The exit code of a child that leads a session of its own, 128 + the signal's number if it
    /// was killed; `nil` when it was still running after `seconds`. Its group ends with it.
    static func exitCode(of pid: pid_t, within seconds: Int) async -> Int32? {
        guard let child = ProcessHandle(pid) else { return nil }
        let inTime = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await child.ended() }
            group.addTask {
                try? await _Concurrency.Task.sleep(for: .seconds(seconds))
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        // Not reaped yet, so its number, which is its group's, is still its own.
        kill(-pid, SIGKILL)
        child.signal(SIGKILL)
        var status: Int32 = 0
        guard waitpid(pid, &status, 0) == pid, inTime else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
