import Glibc
import Model
import Store
import Testing

@testable import Agent

/// One agent and real processes.
@Suite(.timeLimit(.minutes(1))) struct AgentRunTests {
    @Test func registersThisMachine() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            try await eventually {
                (try? site.store.read([.liveAgents]).records.count) == 1
                    && (try? site.store.read([.containerInstances]).records.count) == 1
            }
            let key = Key.containerInstance(agent.containerInstance, in: Cluster.default)
            let found: ContainerInstance = try #require(
                try site.store.read([key]).records.first?.decode())
            #expect(found.cpu >= 1024 && found.cpu % 1024 == 0)
            #expect(found.memory > 0)
            #expect(found.address == "127.0.0.1")
            #expect(found.arn.hasSuffix("container-instance/default/\(found.id)"))
            #expect(found.attributes.contains(Attribute(name: "ecs.os-type", value: "linux")))
        }
        #expect(try site.store.read([.liveAgents]).records.isEmpty)
        let (first, second) = (try site.agent(), try site.agent())
        #expect(first.containerInstance == second.containerInstance)
    }

    @Test func keepsTheStatusThatOthersDecided() async throws {
        let site = try Site()
        let id = try site.agent().containerInstance
        let key = Key.containerInstance(id, in: Cluster.default)
        var instance = ContainerInstance(
            id: id, arn: "", cluster: Cluster.default, address: "", cpu: 0, memory: 0,
            registeredAt: .at(5), agentVersion: "0")
        instance.status = .draining
        try site.store.commit(Transaction([try .put(key, instance)]))
        try await site.withAgent { agent in
            try await eventually {
                let found: ContainerInstance? = try? site.store.read([key]).records.first?.decode()
                return found?.agentVersion == "1.2.3" && found?.status == .draining
                    && found?.registeredAt == .at(5)
            }
        }
    }

    @Test func runsATaskAndStopsIt() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let waiter = Sample.waiter("echo ready", onTerm: "echo bye; exit 4")
            let task = try site.put([waiter], on: agent)
            let state = try await site.state(.running)
            #expect(state.startedAt != nil)
            #expect(state.containers.first?.runtimeId == String(try site.birth().main.pid))
            try await site.line("ready", in: "tasks/a/web/log")
            try site.stop(task)
            let stopped = try await site.state(.stopped)
            #expect(stopped.containers.first?.exitCode == 4)
            #expect(stopped.stopCode == .serviceSchedulerInitiated)
            #expect(stopped.stoppedReason == "scaled in")
            #expect(stopped.version > state.version)
            #expect(site.text("tasks/a/web/log")?.hasSuffix("bye\n") == true)
        }
    }

    @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)])
    func recordsExitCodes(line: String, code: Int) async throws {
        let site = try Site()
        try await site.withAgent { agent in
            try site.put([Sample.shell(line)], on: agent)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == code)
            #expect(state.stopCode == .essentialContainerExited)
            #expect(state.stoppedReason == "Essential container in task exited")
        }
    }

    @Test func killsWhatDoesNotEndInTime() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let waiter = Sample.waiter("echo ready", onTerm: "") { $0.stopTimeout = 1 }
            let task = try site.put([waiter], on: agent)
            try await site.line("ready", in: "tasks/a/web/log")
            try site.stop(task)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 137)
        }
    }

    @Test func nothingOfATaskOutlivesIt() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            try site.put(
                [Sample.shell("setsid sleep 1000 & echo $! ; exit 0")], on: agent)
            try await site.state(.stopped)
            let text = try #require(site.text("tasks/a/web/log"))
            let pid = try #require(Int32(text.split(separator: "\n").first ?? ""))
            #expect(ProcessHandle(pid)?.hasEnded ?? true)
        }
    }

    @Test(arguments: [
        (["teal-nothing"], "host", "CannotStartContainerError: can't run teal-nothing: No such"),
        (["/etc/passwd"], "host", "CannotStartContainerError: can't run /etc/passwd: Permission"),
        ([], "host", "neither entryPoint nor command"),
        (["true"], "nginx:1.25", "CannotPullContainerError: The image nginx:1.25"),
    ])
    func saysWhyAContainerCannotStart(
        arguments: [String], image: String, reason: String
    ) async throws {
        let site = try Site()
        try await site.withAgent { agent in
            var container = Sample.container()
            container.image = image
            container.entryPoint = arguments
            try site.put([container], on: agent)
            let state = try await site.state(.stopped)
            #expect(state.stopCode == .taskFailedToStart)
            #expect(state.stoppedReason?.contains(reason) == true, "\(state)")
            #expect(state.containers.first?.reason == state.stoppedReason)
        }
    }

    @Test(arguments: [
        ("user", "no user named nobody-here"), ("directory", "can't enter the working directory"),
    ])
    func saysWhatIsWrongWithTheSurroundings(what: String, reason: String) async throws {
        let site = try Site()
        try await site.withAgent { agent in
            try site.put(
                [
                    Sample.shell("true") { container in
                        if what == "user" { container.user = "nobody-here" }
                        if what == "directory" { container.workingDirectory = "/no/such/folder" }
                    }
                ], on: agent)
            let state = try await site.state(.stopped)
            #expect(state.stoppedReason?.contains(reason) == true, "\(state)")
        }
    }

    @Test func givesItsEnvironmentAndPorts() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let shell = Sample.shell("echo $PORT $PORT_80 $TEAL_TASK_ID $GREETING; pwd; sleep 1000")
            { container in
                container.portMappings = [PortMapping(containerPort: 80)]
                container.environment = [KeyValuePair(name: "GREETING", value: "good day")]
                container.workingDirectory = "/usr"
            }
            try site.put([shell], on: agent)
            let state = try await site.state(.running)
            let port = try #require(state.containers.first?.networkBindings.first?.hostPort)
            #expect(PortAllocator.rangeDefault.contains(port))
            try await site.line("\(port) \(port) a good day", in: "tasks/a/web/log")
            try await site.line("/usr", in: "tasks/a/web/log")
        }
    }

    @Test func refusesAPortThatIsUsed() async throws {
        let site = try Site()
        let listener = try Listener()
        try await site.withAgent { agent in
            let shell = Sample.shell("sleep 1000") { container in
                container.portMappings = [
                    PortMapping(containerPort: 80, hostPort: listener.port)
                ]
            }
            try site.put([shell], on: agent)
            let state = try await site.state(.stopped)
            #expect(state.stopCode == .taskFailedToStart)
            #expect(state.stoppedReason?.contains("hostPort \(listener.port)") == true)
        }
    }

    @Test func runsContainersInOrder() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            var migrate = Sample.shell("echo migrated >> ../order", name: "migrate")
            migrate.essential = false
            migrate.workingDirectory = site.folder + "/tasks"
            var web = Sample.shell("echo served >> ../order; sleep 1000")
            web.workingDirectory = site.folder + "/tasks"
            web.dependsOn = [ContainerDependency(containerName: "migrate", condition: "SUCCESS")]
            try site.put([web, migrate], on: agent)
            try await site.state(.running)
            try await site.line("served", in: "order")
            #expect(site.text("order") == "migrated\nserved\n")
        }
    }

    @Test func reportsContainerHealth() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let shell = Sample.shell("sleep 1000") { container in
                container.workingDirectory = site.folder
                container.healthCheck = ContainerHealthCheck(
                    command: ["CMD-SHELL", "test ! -e ill"])
                container.healthCheck?.interval = 1
                container.healthCheck?.retries = 1
            }
            try site.put([shell], on: agent)
            try await site.state { $0.healthStatus == .healthy }
            try TextFile.replace(site.folder + "/ill", with: [])
            let state = try await site.state { $0.healthStatus == .unhealthy }
            #expect(state.lastStatus == .running)
        }
    }

    @Test func endsAHealthCheckThatHangs() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let shell = Sample.shell("sleep 1000") { container in
                container.healthCheck = ContainerHealthCheck(
                    command: ["CMD-SHELL", "echo $$ > \(site.folder)/check; exec sleep 1000"])
                container.healthCheck?.timeout = 1
                container.healthCheck?.interval = 1
                container.healthCheck?.retries = 1
            }
            try site.put([shell], on: agent)
            try await site.state { $0.healthStatus == .unhealthy }
        }
        let pid = try #require(Int32(site.text("check")?.split(separator: "\n").first ?? ""))
        #expect(ProcessHandle(pid)?.hasEnded ?? true)
    }

    @Test func stopsATaskWhoseRecordIsGone() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let task = try site.put([Sample.shell("sleep 1000")], on: agent)
            try await site.state(.running)
            let shim = try #require(ProcessHandle(try site.birth().shim))
            try site.store.commit(Transaction([.remove(.task(task.id, in: task.cluster))]))
            try await end(of: shim)
            // Nobody wants to hear of it any more either.
            try await eventually { (try? site.store.read([.taskStates]).records.isEmpty) == true }
        }
    }

    @Test func leavesOthersTasksAlone() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            try site.put(Sample.task([Sample.shell("true")], id: "b", on: "elsewhere"))
            var unplaced = Sample.task([Sample.shell("true")], id: "c")
            unplaced.containerInstance = nil
            try site.put(unplaced)
            try site.put([Sample.shell("true")], on: agent)
            try await site.state(.stopped)
            #expect(try site.store.read([.taskStates]).records.count == 1)
        }
    }

    @Test func keepsAtMostSoManyStoppedTasks() async throws {
        let site = try Site()
        try await site.withAgent(stoppedTasksMax: 2) { agent in
            for id in ["a", "b", "c", "d"] {
                try site.put([Sample.shell("true")], on: agent, id: TaskID(id))
                try await site.state(of: TaskID(id), .stopped)
            }
            try await eventually { Folder.names(in: site.folder + "/tasks").count <= 2 }
            // What was cleaned up is not run again, whatever is written about it.
            try site.put([Sample.shell("true")], on: agent, id: "a")
            try site.put([Sample.shell("true")], on: agent, id: "e")
            try await site.state(of: "e", .stopped)
            #expect(!Folder.exists(site.folder + "/tasks/a"))
        }
    }

    @Test func removesOldFolders() async throws {
        let site = try Site()
        try await site.withAgent(stoppedTaskMilliseconds: 1) { agent in
            try site.put([Sample.shell("true")], on: agent)
            try await site.state(.stopped)
            try await eventually { !Folder.exists(site.folder + "/tasks/a") }
        }
    }

    @Test func shutdownStopsEveryTask() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            for id in ["a", "b"] {
                try site.put([Sample.shell("sleep 1000")], on: agent, id: TaskID(id))
                try await site.state(of: TaskID(id), .running)
            }
        }
        for id in ["a", "b"] {
            let state = try await site.state(of: TaskID(id), .stopped)
            #expect(state.stopCode == .terminationNotice)
            #expect(state.containers.first?.exitCode == 143)
        }
    }
}
