import Model

/// What RunTask may change in the task definition: commands and environments.
struct OverrideRequest: Decodable {
    let containerOverrides: [ContainerOverride]

    private enum CodingKeys: String, CodingKey {
        case containerOverrides
    }

    private static let kept = KeptFields(
        echoed: [],
        refused: [
            "cpu": "only command and environment can be overridden",
            "memory": "only command and environment can be overridden",
            "memoryReservation": "only command and environment can be overridden",
            "environmentFiles": "only command and environment can be overridden",
            "resourceRequirements": "only command and environment can be overridden",
        ])

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        containerOverrides =
            try container.decodeIfPresent([ContainerOverride].self, forKey: .containerOverrides)
            ?? []
        let fields = try decoder.fields(besides: ["containerOverrides"])
        _ = try OverrideRequest.kept.kept(of: fields, at: "overrides")
        let others =
            try container.decodeIfPresent([[String: JSON]].self, forKey: .containerOverrides) ?? []
        for (index, fields) in others.enumerated() {
            _ = try OverrideRequest.kept.kept(
                of: fields, at: "overrides.containerOverrides[\(index)]")
        }
    }

    /// The overrides, once every one is known to name a container of `definition`.
    func checked(against definition: TaskDefinition) throws(Fault) -> TaskOverride {
        let names = Set(definition.containerDefinitions.map(\.name))
        for override in containerOverrides where !names.contains(override.name) {
            throw .invalidParameter(
                "Override for container named \(override.name) is not a container in the "
                    + "TaskDefinition.", field: "overrides")
        }
        var result = TaskOverride()
        result.containerOverrides = containerOverrides
        return result
    }
}
