import Dispatch
import Foundation
import Glibc
import Synchronization

/// A hook's program: what is asked is its input, and its end or its output the answer.
struct HookCommand {
    /// Its absolute path, then its arguments.
    private let words: [String]

    init(_ words: [String]) {
        self.words = words
    }

    /// Runs the program to its end; it is killed, with all it has started, when this task is
    /// cancelled.
    func reply(to input: Data) async -> HookReply {
        let life = Life()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Waiting for a process blocks: the threads of async code are few.
                DispatchQueue.global().async {
                    continuation.resume(returning: run(with: input, life))
                }
            }
        } onCancel: {
            life.end()
        }
    }

    private func run(with input: Data, _ life: Life) -> HookReply {
        guard let input = Scratch(holding: input), let output = Scratch() else {
            return .none("there is no room for its input and output: \(HookCommand.problem)")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.descriptor, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        HookCommand.setUp(&attributes)
        let pointers = words.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        let code = life.begin { pid in
            posix_spawn(&pid, words[0], &actions, &attributes, pointers + [nil], environ)
        }
        guard code == 0 else {
            return .none("it can't be started: \(String(cString: strerror(code)))")
        }
        guard let status = life.wait() else { return .none("its end was not seen") }
        let signal = status & 0x7f
        let bytes = output.contents(max: HookReply.bytesMax + 1)
        guard bytes.count <= HookReply.bytesMax else {
            return .none("its output is longer than \(HookReply.bytesMax) bytes")
        }
        return .exit(code: signal == 0 ? Int(status >> 8) & 0xff : -Int(signal), output: bytes)
    }

    /// A process group of its own, and signals as a program expects them: it would inherit that we
    /// ignore SIGPIPE.
    private static func setUp(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    fileprivate static var problem: String { String(cString: strerror(errno)) }
}

extension HookCommand {
    /// Of one process group: not begun, running, or over.
    private final class Life: Sendable {
        private struct State {
            var pid: pid_t = 0
            var isOver = false
        }

        private let state = Mutex(State())

        /// What `spawn` returns; ECANCELED when it was ended before it began.
        func begin(_ spawn: (inout pid_t) -> Int32) -> Int32 {
            state.withLock { $0.isOver ? ECANCELED : spawn(&$0.pid) }
        }

        /// The status of its end; the process is reaped only under the lock, so that no signal can
        /// reach a stranger with its number.
        func wait() -> Int32? {
            let pid = state.withLock(\.pid)
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0 {
                guard errno == EINTR else { return nil }
            }
            return state.withLock { state in
                state.isOver = true
                var status: Int32 = 0
                return waitpid(pid, &status, 0) == pid ? status : nil
            }
        }

        func end() {
            state.withLock { state in
                guard !state.isOver else { return }
                if state.pid > 0 { kill(-state.pid, SIGKILL) } else { state.isOver = true }
            }
        }
    }

    /// A file without a name.
    private struct Scratch: ~Copyable {
        let descriptor: Int32

        init?(holding data: Data = Data()) {
            var path = Array("\(NSTemporaryDirectory())/teal-hook-XXXXXX".utf8CString)
            descriptor = mkstemp(&path)
            guard descriptor >= 0 else { return nil }
            unlink(path)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let count = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count == data.count, lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
        }

        deinit {
            close(descriptor)
        }

        func contents(max: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: max)
            let count = pread(descriptor, &bytes, max, 0)
            return Array(bytes.prefix(Swift.max(count, 0)))
        }
    }
}
