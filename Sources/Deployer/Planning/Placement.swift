import Model

/// What a task takes of a machine.
struct Demand: Hashable {
    /// CPU units, 1024 a core.
    let cpu: Int
    /// MiB.
    let memory: Int
    /// Fixed host ports.
    let ports: Set<Int>

    init(of definition: TaskDefinition) {
        let containers = definition.containerDefinitions
        cpu = definition.cpu.flatMap { Int($0) } ?? containers.reduce(0) { $0 + $1.cpu }
        memory =
            definition.memory.flatMap { Int($0) }
            ?? containers.reduce(0) { $0 + ($1.memory ?? $1.memoryReservation ?? 0) }
        ports = Set(
            containers.flatMap(\.portMappings).compactMap(\.hostPort).filter { $0 != 0 })
    }
}

/// A machine that takes tasks, and what is left of it.
struct Room {
    let instance: ContainerInstanceID
    private(set) var cpu: Int
    private(set) var memory: Int
    private var ports: Set<Int> = []
    private var groups: [String: Int] = [:]
    private var count = 0

    init(_ instance: ContainerInstance) {
        self.instance = instance.id
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

    mutating func take(_ demand: Demand, for group: String) {
        cpu -= demand.cpu
        memory -= demand.memory
        ports.formUnion(demand.ports)
        groups[group, default: 0] += 1
        count += 1
    }

    /// Fewest tasks of the group first, then fewest tasks, then the smallest id.
    func isBetter(than other: Room, for group: String) -> Bool {
        (groups[group] ?? 0, count, instance) < (
            other.groups[group] ?? 0, other.count, other.instance
        )
    }
}

/// Where a task goes, or why it goes nowhere.
enum PlacementResult: Equatable {
    case placed(ContainerInstanceID)
    /// With what the closest machine lacks.
    case refused(closest: ContainerInstanceID?, obstacle: String)
}

/// Spreads the tasks of each group over the machines that take them.
struct Placement {
    /// The machines that take tasks, in order.
    var rooms: [Room]

    mutating func place(_ demand: Demand, for group: String) -> PlacementResult {
        var best: Int?
        for index in rooms.indices where rooms[index].obstacle(to: demand) == nil {
            guard let current = best else {
                best = index
                continue
            }
            if rooms[index].isBetter(than: rooms[current], for: group) { best = index }
        }
        guard let best else { return refusal(of: demand) }
        rooms[best].take(demand, for: group)
        return .placed(rooms[best].instance)
    }

    /// The closest machine is the one with the most memory left.
    private func refusal(of demand: Demand) -> PlacementResult {
        guard let closest = rooms.max(by: { $0.memory < $1.memory }) else {
            return .refused(closest: nil, obstacle: "No container instance is connected.")
        }
        return .refused(
            closest: closest.instance, obstacle: closest.obstacle(to: demand) ?? "is full")
    }
}
