import Model

struct TaskAnswer: Encodable {
    let taskArn: String
    let taskDefinitionArn: String
    let clusterArn: String
    let containerInstanceArn: String?
    let containers: [ContainerAnswer]
    let group: String
    let startedBy: String?
    let desiredStatus: DesiredStatus
    let lastStatus: TaskStatus
    let healthStatus: HealthStatus
    let launchType = "EC2"
    let connectivity = "CONNECTED"
    let cpu: String?
    let memory: String?
    let overrides: TaskOverride
    let createdAt: Double
    let startedAt: Double?
    let stoppingAt: Double?
    let stoppedAt: Double?
    let stopCode: TaskStopCode?
    let stoppedReason: String?
    let tags: [Tag]
    let attachments: [String] = []
    let version: Int

    init(_ observed: ObservedTask, in realm: Realm) {
        let task = observed.task
        let state = observed.state
        let isStopped = observed.lastStatus == .stopped
        taskArn = task.arn
        taskDefinitionArn = task.taskDefinition.taskDefinitionArn
        clusterArn = realm.cluster(task.cluster)
        containerInstanceArn = task.containerInstance.map {
            realm.containerInstance($0, in: task.cluster)
        }
        containers = task.taskDefinition.containerDefinitions.map {
            ContainerAnswer($0, of: observed, in: realm)
        }
        group = task.group
        startedBy = task.startedBy
        desiredStatus = observed.desiredStatus
        lastStatus = observed.lastStatus
        healthStatus = state?.healthStatus ?? .unknown
        cpu = task.taskDefinition.cpu
        memory = task.taskDefinition.memory
        overrides = task.overrides
        createdAt = task.createdAt.seconds
        startedAt = state?.startedAt?.seconds
        stoppingAt = (state?.stoppingAt ?? task.retirement?.at)?.seconds
        stoppedAt = (state?.stoppedAt ?? (isStopped ? task.retirement?.at : nil))?.seconds
        stopCode = state?.stopCode ?? task.retirement?.stopCode
        stoppedReason = state?.stoppedReason ?? task.retirement?.reason
        tags = task.tags
        version = state?.version ?? 1
    }
}

struct ContainerAnswer: Encodable {
    let containerArn: String
    let taskArn: String
    let name: String
    let image: String
    let lastStatus: TaskStatus
    let healthStatus: HealthStatus
    let exitCode: Int?
    let reason: String?
    let networkBindings: [NetworkBinding]
    let networkInterfaces: [String] = []
    let runtimeId: String?
    let cpu: String
    let memory: String?
    let memoryReservation: String?

    init(_ definition: ContainerDefinition, of observed: ObservedTask, in realm: Realm) {
        let task = observed.task
        let state = observed.state?.containers.first { $0.name == definition.name }
        containerArn = realm.ecs("container/\(task.cluster)/\(task.id)/\(definition.name)")
        taskArn = task.arn
        name = definition.name
        image = definition.image
        lastStatus = state?.lastStatus ?? (observed.lastStatus == .stopped ? .stopped : .pending)
        healthStatus = state?.healthStatus ?? .unknown
        exitCode = state?.exitCode
        reason = state?.reason
        networkBindings = state?.networkBindings ?? []
        runtimeId = state?.runtimeId
        cpu = String(definition.cpu)
        memory = definition.memory.map { String($0) }
        memoryReservation = definition.memoryReservation.map { String($0) }
    }
}
