import Foundation

/// Where a Teal keeps its state, and where a client finds the Teal that runs from it.
struct DataFolder: Sendable {
    let path: String

    /// `--data`, else `TEAL_DATA`, else the usual place for a system's or a user's state.
    init(
        option: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        isRoot: Bool = getuid() == 0
    ) {
        let chosen = option ?? environment["TEAL_DATA"] ?? DataFolder.usual(environment, isRoot)
        path = URL(fileURLWithPath: chosen).standardizedFileURL.path
    }

    private static func usual(_ environment: [String: String], _ isRoot: Bool) -> String {
        if isRoot { return "/var/lib/teal" }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return state + "/teal"
        }
        return (environment["HOME"] ?? "/tmp") + "/.local/state/teal"
    }

    /// The store's files.
    var store: String { path + "/store" }
    /// The access key pair, 0600.
    var credentials: String { path + "/credentials.json" }
    /// What the supervisor knows of each process, one file a role.
    var run: String { path + "/run" }
    /// Each role's own log.
    var log: String { path + "/log" }
    /// The balancer's and the name server's saved snapshots.
    var edge: String { path + "/edge" }
    /// What stand-alone balancers sign cookies with.
    var balancer: String { path + "/balancer" }
    /// The agent's identity and its tasks' folders.
    var agent: String { path + "/agent" }
    /// One line a request, unless told otherwise.
    var accessLog: String { log + "/access.log" }
    /// Held while a supervisor runs.
    var lock: String { path + "/lock" }
    /// Where the running Teal listens.
    var endpoints: String { run + "/endpoints.json" }

    /// Makes the folder and those in it; only its owner may look inside.
    func create() throws {
        for folder in [path, store, run, log, edge, agent] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure(
                    "the data folder \(folder) can't be made: \(Failure.text(of: error))",
                    remedy: "choose another with --data DIR or TEAL_DATA")
            }
        }
    }
}
