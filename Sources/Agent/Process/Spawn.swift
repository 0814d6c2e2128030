import Glibc

/// Starts another program.
struct Spawn {
    var executable: String
    var arguments: [String]
    var environment: [String]
    /// A descriptor that the program finds as number 3.
    var third: Int32?

    /// The pid of a child of ours, which somebody has to reap.
    func callAsFunction() throws(TextFile.Problem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY)] {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", mode, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        if let third { posix_spawn_file_actions_adddup2(&actions, third, 3) }
        return try Spawn.withStrings([executable] + arguments) { words throws(TextFile.Problem) in
            try Spawn.withStrings(environment) { values throws(TextFile.Problem) in
                var pid: pid_t = 0
                let code = posix_spawn(&pid, executable, &actions, nil, words, values)
                guard code == 0 else {
                    throw TextFile.Problem("can't run \(executable)", code: code)
                }
                return pid
            }
        }
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) throws(TextFile.Problem) -> Result
    ) throws(TextFile.Problem) -> Result {
        var pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return try body(pointers)
    }
}
