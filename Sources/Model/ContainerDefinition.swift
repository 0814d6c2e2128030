/// One container of a task definition.
///
/// When `image` is `host`, `entryPoint` + `command` run directly on the machine as a process.
package struct ContainerDefinition: Hashable, Sendable {
    package var name: String
    package var image: String
    /// CPU units, 1024 a core.
    package var cpu: Int = 0
    /// Hard limit in MiB.
    package var memory: Int?
    /// Soft limit in MiB.
    package var memoryReservation: Int?
    package var portMappings: [PortMapping] = []
    /// The task stops when an essential container does.
    package var essential: Bool = true
    package var entryPoint: [String] = []
    package var command: [String] = []
    package var environment: [KeyValuePair] = []
    package var dependsOn: [ContainerDependency] = []
    /// Seconds to wait for what `dependsOn` names before giving up.
    package var startTimeout: Int?
    /// Seconds between SIGTERM and SIGKILL; ECS's default is 30.
    package var stopTimeout: Int?
    package var user: String?
    package var workingDirectory: String?
    package var healthCheck: ContainerHealthCheck?
    package var echoed: [String: JSON] = [:]

    /// The image that stands for the machine itself.
    package static let hostImage = "host"

    package init(name: String, image: String) {
        self.name = name
        self.image = image
    }
}

package struct PortMapping: Hashable, Sendable, Codable {
    package var containerPort: Int
    /// 0 or absent: the agent picks a free port.
    package var hostPort: Int?
    package var `protocol`: String?
    package var name: String?
    package var appProtocol: String?

    package init(containerPort: Int, hostPort: Int? = nil) {
        self.containerPort = containerPort
        self.hostPort = hostPort
    }
}

package struct KeyValuePair: Hashable, Sendable, Codable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

package struct ContainerDependency: Hashable, Sendable, Codable {
    package var containerName: String
    /// START, COMPLETE, SUCCESS or HEALTHY.
    package var condition: String

    package init(containerName: String, condition: String) {
        self.containerName = containerName
        self.condition = condition
    }
}

/// A command that tells whether a container is well: ECS's ranges and defaults.
package struct ContainerHealthCheck: Hashable, Sendable, Codable {
    /// `CMD` with arguments, or `CMD-SHELL` with one line for the shell.
    package var command: [String]
    /// Seconds, 5-300, default 30.
    package var interval: Int?
    /// Seconds, 2-60, default 5.
    package var timeout: Int?
    /// 1-10, default 3.
    package var retries: Int?
    /// Seconds in which failures do not count, 0-300.
    package var startPeriod: Int?

    package init(command: [String]) {
        self.command = command
    }
}

extension ContainerDefinition: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name
        case image
        case cpu
        case memory
        case memoryReservation
        case portMappings
        case essential
        case entryPoint
        case command
        case environment
        case dependsOn
        case startTimeout
        case stopTimeout
        case user
        case workingDirectory
        case healthCheck
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        image = try container.decode(String.self, forKey: .image)
        cpu = try container.decodeIfPresent(Int.self, forKey: .cpu) ?? 0
        memory = try container.decodeIfPresent(Int.self, forKey: .memory)
        memoryReservation = try container.decodeIfPresent(Int.self, forKey: .memoryReservation)
        portMappings =
            try container.decodeIfPresent([PortMapping].self, forKey: .portMappings) ?? []
        essential = try container.decodeIfPresent(Bool.self, forKey: .essential) ?? true
        entryPoint = try container.decodeIfPresent([String].self, forKey: .entryPoint) ?? []
        command = try container.decodeIfPresent([String].self, forKey: .command) ?? []
        environment = try container.decodeIfPresent([KeyValuePair].self, forKey: .environment) ?? []
        dependsOn =
            try container.decodeIfPresent([ContainerDependency].self, forKey: .dependsOn) ?? []
        startTimeout = try container.decodeIfPresent(Int.self, forKey: .startTimeout)
        stopTimeout = try container.decodeIfPresent(Int.self, forKey: .stopTimeout)
        user = try container.decodeIfPresent(String.self, forKey: .user)
        workingDirectory = try container.decodeIfPresent(String.self, forKey: .workingDirectory)
        healthCheck = try container.decodeIfPresent(
            ContainerHealthCheck.self, forKey: .healthCheck)
        echoed = try decoder.fields(besides: Set(CodingKeys.allCases.map(\.rawValue)))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(image, forKey: .image)
        try container.encode(cpu, forKey: .cpu)
        try container.encodeIfPresent(memory, forKey: .memory)
        try container.encodeIfPresent(memoryReservation, forKey: .memoryReservation)
        try container.encode(portMappings, forKey: .portMappings)
        try container.encode(essential, forKey: .essential)
        try container.encode(entryPoint, forKey: .entryPoint)
        try container.encode(command, forKey: .command)
        try container.encode(environment, forKey: .environment)
        try container.encode(dependsOn, forKey: .dependsOn)
        try container.encodeIfPresent(startTimeout, forKey: .startTimeout)
        try container.encodeIfPresent(stopTimeout, forKey: .stopTimeout)
        try container.encodeIfPresent(user, forKey: .user)
        try container.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        try container.encodeIfPresent(healthCheck, forKey: .healthCheck)
        try encoder.encode(echoed: echoed)
    }
}
