import Foundation

/// A program that a test starts: by posix_spawn, its output in a file, its end by waitpid.
struct Program: Sendable {
    let pid: Int32
    /// Where standard output and standard error go.
    let log: String

    struct Result {
        var code: Int32
        var output: String
    }

    /// Starts `path`; `environment` is added to our own.
    static func start(
        _ path: String, _ arguments: [String], log: String, environment: [String: String] = [:]
    ) throws -> Program {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let variables = ProcessInfo.processInfo.environment
            .merging(environment) { _, new in new }.map { "\($0)=\($1)" }
        var pid: pid_t = 0
        let code = withCStrings([path] + arguments) { words in
            withCStrings(variables) { posix_spawn(&pid, path, &actions, nil, words, $0) }
        }
        guard code == 0 else {
            throw TestFailure("\(path) can't be started: \(String(cString: strerror(code)))")
        }
        return Program(pid: pid, log: log)
    }

    /// Runs `path` to its end.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Result {
        let log = FileManager.default.temporaryDirectory.path + "/teal-run-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let program = try start(path, arguments, log: log, environment: environment)
        return Result(code: await program.ended(), output: program.output)
    }

    /// What it has written so far.
    var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Waits for its end; the exit code, or minus the signal that ended it.
    func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7f
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : -signal)
            }
        }
    }

    /// Whether it still runs; one that has ended is reaped.
    var isRunning: Bool {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == 0
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
