import Model
import Store

struct ListContainerInstancesRequest: Decodable {
    let cluster: String?
    let filter: String?
    let status: String?
    let maxResults: Int?
    let nextToken: String?
}

struct DescribeContainerInstancesRequest: Decodable {
    let cluster: String?
    let containerInstances: [String]
}

private enum ContainerInstanceStatusFilter: String, CaseIterable {
    case active = "ACTIVE"
    case draining = "DRAINING"
    case registering = "REGISTERING"
    case deregistering = "DEREGISTERING"
    case registrationFailed = "REGISTRATION_FAILED"
}

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

    init(
        _ instance: ContainerInstance, tasks: [ObservedTask], isConnected: Bool, in realm: Realm
    ) {
        let tasks = tasks.filter { $0.task.containerInstance == instance.id }
        let reserved = tasks.filter { $0.lastStatus != .stopped }.map(\.task.taskDefinition)
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

extension ECS {
    static func listContainerInstances(
        _ request: ListContainerInstancesRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let status = try choice(
            request.status, "status", of: ContainerInstanceStatusFilter.self)
        guard request.filter?.isEmpty ?? true else {
            throw Fault.invalidParameter("filter is not available", field: "filter")
        }
        let cluster = try await call.activeCluster(request.cluster)
        let instances = try await call.store.values(
            in: Key("containerinstances", cluster.text), as: ContainerInstance.self
        ).map(\.value).filter { instance in
            guard let status else { return instance.status != .inactive }
            return instance.status.rawValue == status.rawValue
        }
        return page.answer("containerInstanceArns", of: instances, by: \.id.text) {
            call.realm.containerInstance($0.id, in: cluster)
        }
    }

    static func describeContainerInstances(
        _ request: DescribeContainerInstancesRequest, _ call: Call
    ) async throws -> Answer<ContainerInstanceAnswer> {
        try check(request.containerInstances, "containerInstances")
        let cluster = try await call.activeCluster(request.cluster)
        let instances = Key("containerinstances", cluster.text)
        let tasks = Key("tasks", cluster.text)
        let states = Key("taskstates", cluster.text)
        let snapshot = try await call.store.read([instances, tasks, states, Key.liveAgents])
        let observed = try snapshot.observedTasks(in: tasks, states: states)
        var found: [ContainerInstanceAnswer] = []
        var failures: [Failure] = []
        for reference in request.containerInstances {
            let id = ContainerInstanceID(Reference.lastPart(of: reference))
            let key = Key.containerInstance(id, in: cluster)
            guard let instance = try snapshot.value(at: key, as: ContainerInstance.self) else {
                failures.append(.missing(call.realm.containerInstance(id, in: cluster)))
                continue
            }
            found.append(
                ContainerInstanceAnswer(
                    instance.value, tasks: observed,
                    isConnected: snapshot.contains(.liveAgent(id, in: cluster)), in: call.realm))
        }
        return Answer("containerInstances", found, failures: failures)
    }
}
