import Glibc
import Logging
import Model
import Synchronization

/// Holds containers to their memory and gives them their share of the processors, where this
/// machine lets us.
///
/// A task has a cgroup with one for each container inside, in every hierarchy that counts.
final class Cgroups: Sendable {
    /// The kernel's two ways of showing control groups.
    enum Hierarchy: Hashable, Sendable {
        case absent
        /// A folder for each controller: memory and cpu.
        case first(memory: String, cpu: String)
        /// One folder for all.
        case unified(String)

        static func detected(root: String = "/sys/fs/cgroup") -> Hierarchy {
            if Folder.exists("\(root)/memory/memory.limit_in_bytes"),
                Folder.exists("\(root)/cpu/cpu.shares")
            {
                return .first(memory: "\(root)/memory", cpu: "\(root)/cpu")
            }
            let controllers = TextFile.read("\(root)/cgroup.controllers") ?? []
            let names = String(decoding: controllers, as: UTF8.self).split(whereSeparator: {
                $0 == " " || $0 == "\n"
            })
            return names.contains("memory") && names.contains("cpu") ? .unified(root) : .absent
        }
    }

    private let hierarchy: Hierarchy
    private let logger: Logger
    private let hasComplained = Mutex(false)

    init(_ hierarchy: Hierarchy, logger: Logger) {
        self.hierarchy = hierarchy
        self.logger = logger
    }

    /// Makes the cgroups of a container; a process joins them by writing into the files named.
    func prepare(_ order: ContainerOrder) -> [String] {
        guard !order.limits.isEmpty || !order.taskLimits.isEmpty else { return [] }
        var files: [String] = []
        for root in roots {
            guard let file = prepare(order, below: root) else {
                complain("they can't be made below \(root)")
                return []
            }
            files.append(file)
        }
        if files.isEmpty { complain("this machine offers none for memory and cpu") }
        return files
    }

    /// Whether the kernel killed something of the container for its memory.
    func ranOutOfMemory(_ order: ContainerOrder) -> Bool {
        let folder: String
        switch hierarchy {
        case .absent: return false
        case .first(let memory, _):
            folder = "\(memory)/teal/\(order.task)/\(order.name)/memory.oom_control"
        case .unified(let root):
            folder = "\(root)/teal/\(order.task)/\(order.name)/memory.events"
        }
        let lines = String(decoding: TextFile.read(folder) ?? [], as: UTF8.self).split(
            separator: "\n")
        let kills = lines.first { $0.hasPrefix("oom_kill ") }?.split(separator: " ").last
        return kills.flatMap { Int($0) } ?? 0 > 0
    }

    /// Removes the cgroups of a task whose processes are gone.
    func remove(_ task: TaskID) {
        for root in roots {
            let folder = "\(root)/teal/\(task)"
            // The files in it are the kernel's and go with it: only folders are removed.
            for name in Folder.names(in: folder) { rmdir("\(folder)/\(name)") }
            rmdir(folder)
        }
    }

    private var roots: [String] {
        switch hierarchy {
        case .absent: []
        case .first(let memory, let cpu): [memory, cpu]
        case .unified(let root): [root]
        }
    }

    private func prepare(_ order: ContainerOrder, below root: String) -> String? {
        let task = "\(root)/teal/\(order.task)"
        let own = "\(task)/\(order.name)"
        guard (try? Folder.make(task)) != nil else { return nil }
        if case .unified = hierarchy {
            for folder in [root, "\(root)/teal", task] {
                let enabled = "+memory +cpu"
                guard TextFile.overwrite("\(folder)/cgroup.subtree_control", with: enabled) else {
                    return nil
                }
            }
        }
        guard (try? Folder.make(own)) != nil else { return nil }
        for (folder, limits) in [(task, order.taskLimits), (own, order.limits)] {
            for (file, value) in settings(for: limits, below: root) {
                guard TextFile.overwrite("\(folder)/\(file)", with: value) else { return nil }
            }
        }
        return "\(own)/cgroup.procs"
    }

    private func settings(for limits: ResourceLimits, below root: String) -> [(String, String)] {
        let bytes = limits.memory.map { String($0 << 20) }
        let shares = min(max(limits.cpu, 2), 262_144)
        switch hierarchy {
        case .absent:
            return []
        case .first(let memory, _) where root == memory:
            return bytes.map { [("memory.limit_in_bytes", $0)] } ?? []
        case .first:
            return limits.cpu > 0 ? [("cpu.shares", String(shares))] : []
        case .unified:
            // The kernel's own conversion from shares, 2-262144, to weights, 1-10000.
            let weight = String(1 + (shares - 2) * 9999 / 262_142)
            return (bytes.map { [("memory.max", $0), ("memory.oom.group", "1")] } ?? [])
                + (limits.cpu > 0 ? [("cpu.weight", weight)] : [])
        }
    }

    private func complain(_ reason: String) {
        let isFirst = hasComplained.withLock { has in
            defer { has = true }
            return !has
        }
        guard isFirst else { return }
        logger.warning(
            "cpu and memory limits of process tasks are not enforced: no cgroups, \(reason)")
    }
}
