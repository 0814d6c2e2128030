package import Model

/// What RegisterTaskDefinition takes, and what a configuration file says of a task definition.
package struct RegisterTaskDefinitionRequest: Hashable, Sendable, Codable {
    package var family: String
    package var containerDefinitions: [ContainerDefinition]
    package var networkMode: String?
    package var cpu: String?
    package var memory: String?
    package var placementConstraints: [PlacementRequest]?
    package var tags: [Tag]?
    /// Fields of ECS's shape that we keep and echo.
    package var echoed: [String: JSON] = [:]

    package init(family: String, containerDefinitions: [ContainerDefinition]) {
        self.family = family
        self.containerDefinitions = containerDefinitions
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case family
        case containerDefinitions
        case networkMode
        case cpu
        case memory
        case placementConstraints
        case tags
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        family = try container.decode(String.self, forKey: .family)
        containerDefinitions = try container.decode(
            [ContainerDefinition].self, forKey: .containerDefinitions)
        networkMode = try container.decodeIfPresent(String.self, forKey: .networkMode)
        cpu = try container.decodeIfPresent(String.self, forKey: .cpu)
        memory = try container.decodeIfPresent(String.self, forKey: .memory)
        placementConstraints = try container.decodeIfPresent(
            [PlacementRequest].self, forKey: .placementConstraints)
        tags = try container.decodeIfPresent([Tag].self, forKey: .tags)
        echoed = try decoder.fields(besides: Set(CodingKeys.allCases.map(\.rawValue)))
    }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encode(echoed: echoed)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(family, forKey: .family)
        try container.encode(containerDefinitions, forKey: .containerDefinitions)
        try container.encodeIfPresent(networkMode, forKey: .networkMode)
        try container.encodeIfPresent(cpu, forKey: .cpu)
        try container.encodeIfPresent(memory, forKey: .memory)
        try container.encodeIfPresent(placementConstraints, forKey: .placementConstraints)
        try container.encodeIfPresent(tags, forKey: .tags)
    }
}
