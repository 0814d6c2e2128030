import Model

/// What one container of a task definition must satisfy.
struct ContainerRules {
    /// CPU units; 1024 a core.
    static let cpus = 0...262_144
    /// MiB, up to a pebibyte.
    static let memories = 6...1 << 30

    let container: ContainerDefinition
    /// `containerDefinitions[0]`.
    let field: String

    func check() throws(FieldError) {
        guard NameRules.isValid(container.name) else {
            throw FieldError(
                "\(field).name", "must be 1 to 255 letters, digits, hyphens and underscores")
        }
        guard !container.image.isEmpty else {
            throw FieldError("\(field).image", "must not be empty")
        }
        if container.image == ContainerDefinition.hostImage,
            container.entryPoint.isEmpty, container.command.isEmpty
        {
            throw FieldError(
                "\(field).command", "or entryPoint must say what to run when the image is host")
        }
        try check(container.cpu, "cpu", in: ContainerRules.cpus)
        try check(container.memory, "memory", in: ContainerRules.memories)
        try check(
            container.memoryReservation, "memoryReservation", in: ContainerRules.memories)
        if let hard = container.memory, let soft = container.memoryReservation, soft > hard {
            throw FieldError("\(field).memoryReservation", "must not exceed memory")
        }
        try check(container.startTimeout, "startTimeout", in: 0...86_400)
        try check(container.stopTimeout, "stopTimeout", in: 0...86_400)
        for (index, variable) in container.environment.enumerated() {
            guard !variable.name.isEmpty, !variable.name.contains("="),
                !(variable.name + variable.value).unicodeScalars.contains("\0")
            else {
                throw FieldError(
                    "\(field).environment[\(index)]",
                    "must have a name without =, and no zero bytes")
            }
        }
        try checkPorts()
        try checkHealthCheck()
    }

    private func checkPorts() throws(FieldError) {
        for (index, port) in container.portMappings.enumerated() {
            try check(port.containerPort, "portMappings[\(index)].containerPort", in: 1...65_535)
            try check(port.hostPort, "portMappings[\(index)].hostPort", in: 0...65_535)
            if let transport = port.protocol, transport != "tcp", transport != "udp" {
                throw FieldError("\(field).portMappings[\(index)].protocol", "must be tcp or udp")
            }
        }
    }

    private func checkHealthCheck() throws(FieldError) {
        guard let healthCheck = container.healthCheck else { return }
        let kind = healthCheck.command.first
        guard kind == "CMD" || kind == "CMD-SHELL" || kind == "NONE" else {
            throw FieldError(
                "\(field).healthCheck.command", "must begin with CMD, CMD-SHELL or NONE")
        }
        if kind != "NONE", healthCheck.command.count < 2 {
            throw FieldError("\(field).healthCheck.command", "must say what to run")
        }
        try check(healthCheck.interval, "healthCheck.interval", in: 5...300)
        try check(healthCheck.timeout, "healthCheck.timeout", in: 2...60)
        try check(healthCheck.retries, "healthCheck.retries", in: 1...10)
        try check(healthCheck.startPeriod, "healthCheck.startPeriod", in: 0...300)
    }

    func checkDependencies(on containers: [ContainerDefinition]) throws(FieldError) {
        for (index, dependency) in container.dependsOn.enumerated() {
            let field = "\(field).dependsOn[\(index)]"
            guard let other = containers.first(where: { $0.name == dependency.containerName })
            else {
                throw FieldError(
                    "\(field).containerName", "\(dependency.containerName) is no container here")
            }
            guard TaskDefinitionRules.conditions.contains(dependency.condition) else {
                let choices = TaskDefinitionRules.conditions.joined(separator: ", ")
                throw FieldError("\(field).condition", "must be one of \(choices)")
            }
            switch dependency.condition {
            case "COMPLETE", "SUCCESS":
                guard !other.essential else {
                    throw FieldError(
                        "\(field).condition", "cannot wait for an essential container to end")
                }
            case "HEALTHY":
                guard other.healthCheck != nil else {
                    throw FieldError(
                        "\(field).condition", "needs a healthCheck of container \(other.name)")
                }
            default: break
            }
        }
    }

    private func check(
        _ value: Int?, _ name: String, in range: ClosedRange<Int>
    ) throws(FieldError) {
        guard let value, !range.contains(value) else { return }
        throw FieldError(
            "\(field).\(name)", "must be \(range.lowerBound) to \(range.upperBound)")
    }
}
