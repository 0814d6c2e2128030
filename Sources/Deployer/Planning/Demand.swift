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
        cpu = definition.reservedCPU
        memory = definition.reservedMemory
        ports = Set(
            definition.containerDefinitions.flatMap(\.portMappings).compactMap(\.hostPort)
                .filter { $0 != 0 })
    }
}
