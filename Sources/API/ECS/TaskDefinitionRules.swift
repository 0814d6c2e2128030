import Model

/// What a task definition must satisfy before it is registered.
enum TaskDefinitionRules {
    static let containersMax = 10
    /// As at ECS. Every task carries its definition, so this bounds their records as well.
    static let bytesMax = 65_536
    static let networkModes = ["bridge", "host", "none"]
    static let conditions = ["START", "COMPLETE", "SUCCESS", "HEALTHY"]

    static let kept = KeptFields(
        echoed: [
            "taskRoleArn", "executionRoleArn", "volumes",
            "requiresCompatibilities", "pidMode", "ipcMode", "ephemeralStorage", "runtimePlatform",
            "enableFaultInjection",
        ],
        refused: [
            "proxyConfiguration": "App Mesh is an AWS product",
            "inferenceAccelerators": "Elastic Inference is an AWS product",
            "trustedExecutionConfiguration": "it needs hosts that AWS manages",
        ])

    static let containerKept = KeptFields(
        echoed: [
            "mountPoints", "volumesFrom", "links", "versionConsistency", "linuxParameters",
            "disableNetworking", "privileged", "readonlyRootFilesystem", "hostname", "dnsServers",
            "dnsSearchDomains", "extraHosts", "dockerSecurityOptions", "interactive",
            "pseudoTerminal", "dockerLabels", "ulimits", "logConfiguration", "systemControls",
            "resourceRequirements", "repositoryCredentials", "restartPolicy",
        ],
        refused: [
            "secrets": "the container would start without them; use environment",
            "environmentFiles": "the container would start without them; use environment",
            "firelensConfiguration": "log routers are not available",
            "credentialSpecs": "Windows containers are not available",
        ])

    /// The request with what is kept of its other fields.
    static func checked(
        _ request: RegisterTaskDefinitionRequest
    ) throws(Fault) -> RegisterTaskDefinitionRequest {
        var result = request
        result.echoed = try kept.kept(of: request.echoed)
        for (index, container) in request.containerDefinitions.enumerated() {
            result.containerDefinitions[index].echoed = try containerKept.kept(
                of: container.echoed, at: "containerDefinitions[\(index)]")
        }
        let bytes = (try? Operation.encode(request))?.count ?? .max
        guard bytes <= bytesMax else {
            throw .client("Actual length: \(bytes). Max allowed length is \(bytesMax) bytes.")
        }
        do {
            try check(request)
        } catch {
            throw Fault.client(error.description, field: error.field)
        }
        return result
    }

    /// The fields that neither this type nor ECS knows: slips of the finger in a file.
    static func strayField(in request: RegisterTaskDefinitionRequest) -> String? {
        func stray(_ fields: [String: JSON], _ kept: KeptFields) -> String? {
            fields.keys.sorted().first { !kept.echoed.contains($0) && kept.refused[$0] == nil }
        }
        if let name = stray(request.echoed, kept) { return name }
        for (index, container) in request.containerDefinitions.enumerated() {
            if let name = stray(container.echoed, containerKept) {
                return "containerDefinitions[\(index)].\(name)"
            }
        }
        return nil
    }

    static func check(_ request: RegisterTaskDefinitionRequest) throws(FieldError) {
        guard NameRules.isValid(request.family) else {
            throw FieldError(
                "family", "must be 1 to 255 letters, digits, hyphens and underscores")
        }
        if let mode = request.networkMode, !networkModes.contains(mode) {
            throw FieldError(
                "networkMode", "must be one of \(networkModes.joined(separator: ", "))")
        }
        try check(request.cpu, "cpu", in: ContainerRules.cpus)
        try check(request.memory, "memory", in: ContainerRules.memories)
        let containers = request.containerDefinitions
        guard (1...containersMax).contains(containers.count) else {
            throw FieldError("containerDefinitions", "must have 1 to \(containersMax) elements")
        }
        guard containers.contains(where: \.essential) else {
            throw FieldError("containerDefinitions", "must have at least one essential container")
        }
        for (index, container) in containers.enumerated() {
            let field = "containerDefinitions[\(index)]"
            guard !containers.prefix(index).contains(where: { $0.name == container.name }) else {
                throw FieldError("\(field).name", "\(container.name) is there twice")
            }
            try ContainerRules(container: container, field: field).check()
            try ContainerRules(container: container, field: field).checkDependencies(on: containers)
        }
        try checkCycles(containers)
        _ = try placementConstraints(of: request)
    }

    /// `memberOf` only: `distinctInstance` is a service's, or a call's.
    static func placementConstraints(
        of request: RegisterTaskDefinitionRequest
    ) throws(FieldError) -> [PlacementConstraint]? {
        guard let requests = request.placementConstraints else { return nil }
        let constraints = try PlacementRequest.constraints(requests, "placementConstraints")
        if let index = constraints.firstIndex(where: { $0.type != .memberOf }) {
            throw FieldError(
                "placementConstraints[\(index)].type",
                "must be memberOf; distinctInstance is a service's to set, or RunTask's")
        }
        return constraints
    }

    private static func check(
        _ text: String?, _ field: String, in range: ClosedRange<Int>
    ) throws(FieldError) {
        guard let text else { return }
        guard let number = Int(text), range.contains(number) else {
            throw FieldError(
                field, "must be \(range.lowerBound) to \(range.upperBound), as text")
        }
    }

    /// Takes away, over and over, the containers that wait for none that is left.
    private static func checkCycles(_ containers: [ContainerDefinition]) throws(FieldError) {
        var rest = containers
        while !rest.isEmpty {
            let waitingFor = Set(rest.map(\.name))
            let next = rest.filter { container in
                container.dependsOn.contains { waitingFor.contains($0.containerName) }
            }
            guard next.count < rest.count else {
                let names = next.map(\.name).joined(separator: ", ")
                throw FieldError(
                    "containerDefinitions", "depend on one another in a circle: \(names)")
            }
            rest = next
        }
    }
}

extension RegisterTaskDefinitionRequest {
    /// Of a request that has passed the rules.
    var checkedConstraints: [PlacementConstraint]? {
        try? TaskDefinitionRules.placementConstraints(of: self)
    }
}
