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
