import Model

struct RunTaskRequest: Decodable {
    static let counts = 1...10

    /// A caller that does not know whether its first try arrived sends it again with the same one.
    let clientToken: String?
    let cluster: String?
    let count: Int?
    let group: String?
    let overrides: OverrideRequest?
    let placementConstraints: [PlacementConstraint]?
    let placementStrategy: [PlacementStrategy]?
    let startedBy: String?
    let tags: [Tag]?
    let taskDefinition: String

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case clientToken
        case cluster
        case count
        case group
        case overrides
        case placementConstraints
        case placementStrategy
        case startedBy
        case tags
        case taskDefinition
    }

    static let kept = KeptFields(
        echoed: [],
        refused: [
            "capacityProviderStrategy": "there are no capacity providers here",
            "volumeConfigurations": "EBS volumes are an AWS product",
        ])

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        clientToken = try container.decodeIfPresent(String.self, forKey: .clientToken)
        cluster = try container.decodeIfPresent(String.self, forKey: .cluster)
        count = try container.decodeIfPresent(Int.self, forKey: .count)
        group = try container.decodeIfPresent(String.self, forKey: .group)
        overrides = try container.decodeIfPresent(OverrideRequest.self, forKey: .overrides)
        placementConstraints = try container.decodeIfPresent(
            [PlacementRequest].self, forKey: .placementConstraints
        ).map { try PlacementRequest.constraints($0, "placementConstraints") }
        placementStrategy = try container.decodeIfPresent(
            [PlacementRequest].self, forKey: .placementStrategy
        ).map { try PlacementRequest.strategies($0, "placementStrategy") }
        startedBy = try container.decodeIfPresent(String.self, forKey: .startedBy)
        tags = try container.decodeIfPresent([Tag].self, forKey: .tags)
        taskDefinition = try container.decode(String.self, forKey: .taskDefinition)
        _ = try RunTaskRequest.kept.kept(
            of: decoder.fields(besides: Set(CodingKeys.allCases.map(\.rawValue))))
    }
}
