import Foundation

/// The process that is to replace this one: the same program, as it is on disk now.
enum SuccessorProcess {
    /// What tells it to take over.
    static let flag = "--takeover"

    /// Where this program was when it started: what is there now may be a newer one.
    static func program() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// Starts `program` with our own arguments and output; returns when it has ended, which a good
    /// successor does long after this process.
    static func run(_ program: String) async throws {
        let own = CommandLine.arguments.dropFirst().filter { $0 != flag }
        var words = ([program] + own + [flag]).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGUSR2] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, nil, &attributes, words, environ)
        guard code == 0 else {
            throw Failure("\(program) can't be started: \(String(cString: strerror(code)))")
        }
        await ProcessEnd.wait(for: pid)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}
