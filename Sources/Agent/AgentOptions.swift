import Glibc
package import Model

/// What an agent is told when it starts.
package struct AgentOptions: Sendable {
    package var cluster: ClusterName
    /// Where its identity and its tasks' folders are.
    package var dataFolder: String
    /// Where balancers reach the tasks of this machine.
    package var address: String
    /// Where `teal-shim` is; its folder comes first in the `PATH` of every task.
    package var shimPath: String
    package var realm: Realm
    package var version: String
    /// Besides `ecs.os-type` and the like.
    package var attributes: [Attribute] = []
    /// Host ports for mappings without one.
    package var ports = PortAllocator.rangeDefault
    /// How long the liveness of this agent outlasts its last sign.
    package var leaseMilliseconds: Int64 = 10_000
    /// How long the folder of a stopped task, with its logs, is kept: ECS's default is 3 hours.
    package var stoppedTaskMilliseconds: Int64 = 3 * 3600 * 1000
    /// How many such folders are kept at most.
    package var stoppedTasksMax = 200
    package var logBytesMax = TaskLog.bytesMaxDefault
    package var logFilesMax = TaskLog.filesMaxDefault

    package init(
        cluster: ClusterName = Cluster.default, dataFolder: String, address: String,
        shimPath: String, realm: Realm = .local, version: String
    ) {
        self.cluster = cluster
        self.dataFolder = dataFolder
        self.address = address
        self.shimPath = shimPath
        self.realm = realm
        self.version = version
    }

    var tasksFolder: String { dataFolder + "/tasks" }

    /// What tasks see of this machine: our programs first, and little of our own environment.
    var surroundings: Surroundings {
        let programs = shimPath.lastIndex(of: "/").map { String(shimPath[..<$0]) } ?? "."
        let own = AgentOptions.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        let inherited = ["HOME", "LANG", "TZ"].compactMap { name in
            AgentOptions.variable(name).map { KeyValuePair(name: name, value: $0) }
        }
        return Surroundings(cluster: cluster, path: "\(programs):\(own)", inherited: inherited)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
