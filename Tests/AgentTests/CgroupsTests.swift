import Logging
import Model
import Testing

@testable import Agent

/// Control groups of both kinds, in folders that look like the kernel's.
@Suite struct CgroupsTests {
    private let site: Site
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        site = try Site()
    }

    private func file(_ path: String, _ text: String = "") throws {
        let whole = "\(site.folder)/\(path)"
        let slash = try #require(whole.lastIndex(of: "/"))
        try Folder.make(String(whole[..<slash]))
        try TextFile.replace(whole, with: [UInt8](text.utf8))
    }

    private func order(cpu: Int = 512, memory: Int? = 64) throws -> ContainerOrder {
        var task = Sample.task([
            Sample.container { container in
                container.cpu = cpu
                container.memory = memory
            }
        ])
        task.id = "t"
        let life = TaskLife(task, on: Sample.instance, networkBindings: [:])
        return ContainerOrder(
            try #require(life.containers.first), of: task,
            in: Surroundings(cluster: Cluster.default, path: "/bin"))
    }

    @Test func theUnifiedHierarchy() throws {
        try file("cgroup.controllers", "cpuset cpu io memory pids\n")
        for folder in ["", "teal/", "teal/t/"] { try file("\(folder)cgroup.subtree_control") }
        for name in ["memory.max", "memory.oom.group", "cpu.weight"] {
            try file("teal/t/web/\(name)")
        }
        let hierarchy = Cgroups.Hierarchy.detected(root: site.folder)
        #expect(hierarchy == .unified(site.folder))
        let cgroups = Cgroups(hierarchy, logger: logger)
        #expect(cgroups.prepare(try order()) == ["\(site.folder)/teal/t/web/cgroup.procs"])
        #expect(site.text("teal/t/cgroup.subtree_control") == "+memory +cpu")
        #expect(site.text("teal/t/web/memory.max") == "67108864")
        #expect(site.text("teal/t/web/cpu.weight") == "20")
        try file("teal/t/web/memory.events", "low 0\noom 2\noom_kill 1\n")
        #expect(cgroups.ranOutOfMemory(try order()))
        try file("teal/t/web/memory.events", "low 0\noom 2\noom_kill 0\n")
        #expect(!cgroups.ranOutOfMemory(try order()))
    }

    @Test func theFirstHierarchy() throws {
        try file("memory/memory.limit_in_bytes")
        try file("cpu/cpu.shares")
        try file("memory/teal/t/web/memory.limit_in_bytes")
        try file("cpu/teal/t/web/cpu.shares")
        let cgroups = Cgroups(.detected(root: site.folder), logger: logger)
        let files = cgroups.prepare(try order())
        #expect(
            files == [
                "\(site.folder)/memory/teal/t/web/cgroup.procs",
                "\(site.folder)/cpu/teal/t/web/cgroup.procs",
            ])
        #expect(site.text("memory/teal/t/web/memory.limit_in_bytes") == "67108864")
        #expect(site.text("cpu/teal/t/web/cpu.shares") == "512")
    }

    @Test func aMachineWithoutThemGoesOn() throws {
        let hierarchy = Cgroups.Hierarchy.detected(root: site.folder)
        #expect(hierarchy == .absent)
        let cgroups = Cgroups(hierarchy, logger: logger)
        #expect(cgroups.prepare(try order()) == [])
        #expect(!cgroups.ranOutOfMemory(try order()))
    }

    @Test func onesThatMayNotBeWrittenAreDoneWithout() throws {
        // Folders can be made, but the kernel's files in them are missing.
        let cgroups = Cgroups(
            .first(memory: site.folder + "/memory", cpu: site.folder + "/cpu"), logger: logger)
        #expect(cgroups.prepare(try order()) == [])
    }

    @Test func whatHasNoLimitsNeedsNone() throws {
        let cgroups = Cgroups(.unified(site.folder), logger: logger)
        #expect(cgroups.prepare(try order(cpu: 0, memory: nil)) == [])
        #expect(!Folder.exists(site.folder + "/teal"))
    }
}
