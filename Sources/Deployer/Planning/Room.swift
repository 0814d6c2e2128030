import Model

/// A machine that takes tasks, and what is left of it.
struct Room {
    let instance: ContainerInstanceID
    private let record: ContainerInstance
    private(set) var cpu: Int
    private(set) var memory: Int
    private var ports: Set<Int> = []
    private var groups: [String: Int] = [:]
    private(set) var count = 0

    init(_ instance: ContainerInstance) {
        self.instance = instance.id
        record = instance
        cpu = instance.cpu
        memory = instance.memory
    }

    /// Why `demand` does not fit, in ECS's words; `nil` when it does.
    func obstacle(to demand: Demand) -> String? {
        if demand.cpu > cpu { return "has insufficient CPU units available" }
        if demand.memory > memory { return "has insufficient memory available" }
        if let port = demand.ports.intersection(ports).min() {
            return "is already using a port required by your task (\(port))"
        }
        return nil
    }

    /// Why a task of `group` may not run here; `nil` when it may.
    func obstacle(to rules: PlacementRules, for group: String) -> String? {
        if rules.isDistinct, tasks(of: group) > 0 {
            return "already runs a task of the service (distinctInstance)"
        }
        let candidate = PlacementCandidate(
            record, runningTasksCount: count, taskGroups: Set(groups.keys))
        let broken = rules.expressions.first { !$0.holds(for: candidate) }
        return broken.map { "is missing an attribute required by your task (\($0.text))" }
    }

    func tasks(of group: String) -> Int { groups[group] ?? 0 }

    func attribute(_ name: String) -> String? {
        record.attributes.first { $0.name == name }.map { $0.value ?? "" }
    }

    mutating func take(_ demand: Demand, for group: String) {
        cpu -= demand.cpu
        memory -= demand.memory
        ports.formUnion(demand.ports)
        groups[group, default: 0] += 1
        count += 1
    }
}
