import CLinux
import Foundation

/// A process that the supervisor started, or took over from one that was killed.
final class ChildProcess: Sendable {
    let record: ProcessRecord
    /// Whether it is our child: only then can it be reaped, and only then is its exit code known.
    private let isChild: Bool

    private init(record: ProcessRecord, isChild: Bool) {
        self.record = record
        self.isChild = isChild
    }

    /// Takes over a process that an earlier supervisor left running.
    static func adopt(_ record: ProcessRecord) -> ChildProcess {
        ChildProcess(record: record, isChild: false)
    }

    /// Starts `executable` with its output appended to `log`, in a process group of its own so that
    /// a Ctrl-C in the terminal reaches the supervisor alone.
    static func start(
        _ role: Role, executable: String, arguments: [String], identity: String, log: String
    ) throws -> ChildProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))

        var words = ([executable] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, &attributes, words, environ)
        guard code == 0 else {
            throw Failure("\(role.rawValue) can't be started: \(String(cString: strerror(code)))")
        }
        // A child that ended at once has no start time any more; it is reaped like any other.
        let record = ProcessRecord(
            role: role, pid: pid, startTicks: ProcessTable.startTicks(of: pid) ?? 0,
            bootID: ProcessTable.bootID, identity: identity)
        return ChildProcess(record: record, isChild: true)
    }

    func signal(_ number: Int32) {
        guard record.isAlive else { return }
        kill(record.pid, number)
    }

    /// Returns when the process has ended, with how.
    func ended() async -> String {
        await ProcessEnd.wait(for: record.pid)
        guard isChild else { return "ended" }
        var status: Int32 = 0
        guard waitpid(record.pid, &status, 0) == record.pid else { return "ended" }
        let signal = status & 0x7f
        if signal != 0 { return "was killed by signal \(signal)" }
        return "exited with code \((status >> 8) & 0xff)"
    }
}

/// Waits for the end of any process, child or not, without a thread: by a pidfd.
enum ProcessEnd {
    static func wait(for pid: Int32) async {
        let descriptor = clinux_pidfd_open(pid, 0)
        guard descriptor >= 0 else { return }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let source = DispatchSource.makeReadSource(
                fileDescriptor: descriptor, queue: .global())
            source.setEventHandler { source.cancel() }
            source.setCancelHandler {
                close(descriptor)
                continuation.resume()
            }
            source.resume()
        }
    }
}
