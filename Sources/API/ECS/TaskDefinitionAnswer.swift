import Model

struct TaskDefinitionAnswer: Encodable {
    let taskDefinitionArn: String
    let family: String
    let revision: Int
    let status: TaskDefinitionStatus
    let containerDefinitions: [ContainerDefinition]
    let networkMode: String?
    let cpu: String?
    let memory: String?
    let placementConstraints: [PlacementConstraint]
    let registeredAt: Double
    let registeredBy: String?
    let deregisteredAt: Double?
    let compatibilities = ["EXTERNAL", "EC2"]

    static func answer(_ definition: TaskDefinition) -> Echoing<TaskDefinitionAnswer> {
        let fields = TaskDefinitionAnswer(
            taskDefinitionArn: definition.taskDefinitionArn, family: definition.family,
            revision: definition.revision, status: definition.status,
            containerDefinitions: definition.containerDefinitions,
            networkMode: definition.networkMode, cpu: definition.cpu, memory: definition.memory,
            placementConstraints: definition.placementConstraints ?? [],
            registeredAt: definition.registeredAt.seconds, registeredBy: definition.registeredBy,
            deregisteredAt: definition.deregisteredAt?.seconds)
        let absent: [String: JSON] = ["volumes": .array([])]
        return Echoing(
            fields: fields, echoed: absent.merging(definition.echoed) { _, given in given })
    }
}

struct TaskDefinitionEnvelope: Encodable {
    let taskDefinition: Echoing<TaskDefinitionAnswer>
    let tags: [Tag]?

    init(_ definition: TaskDefinition, tags: [Tag]? = nil) {
        taskDefinition = TaskDefinitionAnswer.answer(definition)
        self.tags = tags
    }
}
