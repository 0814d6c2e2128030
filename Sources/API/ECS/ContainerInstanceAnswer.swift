import Model

struct ContainerInstanceAnswer: Encodable {
    let containerInstanceArn: String
    let ec2InstanceId: String
    let status: ContainerInstanceStatus
    let agentConnected: Bool
    let runningTasksCount: Int
    let pendingTasksCount: Int
    let registeredResources: [Resource]
    let remainingResources: [Resource]
    let attributes: [Attribute]
    let registeredAt: Double
    let versionInfo: [String: String]
    let version = 1
    let tags: [Tag] = []
    let attachments: [String] = []

    struct Resource: Encodable {
        let name: String
        let type = "INTEGER"
        let doubleValue = 0.0
        let longValue = 0
        let integerValue: Int
    }

    /// `tasks` are those that hold room there.
    init(
        _ instance: ContainerInstance, tasks: [ObservedTask], isConnected: Bool, in realm: Realm
    ) {
        let reserved = tasks.map(\.task.taskDefinition)
        containerInstanceArn = realm.containerInstance(instance.id, in: instance.cluster)
        ec2InstanceId = instance.id.text
        status = instance.status
        agentConnected = isConnected
        runningTasksCount = tasks.count(where: \.isRunning)
        pendingTasksCount = tasks.count(where: \.isPending)
        registeredResources = [
            Resource(name: "CPU", integerValue: instance.cpu),
            Resource(name: "MEMORY", integerValue: instance.memory),
        ]
        remainingResources = [
            Resource(
                name: "CPU",
                integerValue: instance.cpu - reserved.reduce(0) { $0 + $1.reservedCPU }),
            Resource(
                name: "MEMORY",
                integerValue: instance.memory - reserved.reduce(0) { $0 + $1.reservedMemory }),
        ]
        attributes = instance.attributes
        registeredAt = instance.registeredAt.seconds
        versionInfo = ["agentVersion": instance.agentVersion]
    }
}
