import Model
import Store

struct StopTaskRequest: Decodable {
    static let reasonCharactersMax = 1024

    let cluster: String?
    let task: String
    let reason: String?
}

struct ListTasksRequest: Decodable {
    let cluster: String?
    let containerInstance: String?
    let family: String?
    let startedBy: String?
    let serviceName: String?
    let desiredStatus: String?
    let maxResults: Int?
    let nextToken: String?
}

struct DescribeTasksRequest: Decodable {
    let cluster: String?
    let tasks: [String]
}

private enum DesiredStatusFilter: String, CaseIterable {
    case running = "RUNNING"
    case pending = "PENDING"
    case stopped = "STOPPED"

    /// PENDING is accepted and matches nothing, as at ECS.
    func accepts(_ status: DesiredStatus) -> Bool {
        switch self {
        case .running: status == .running
        case .pending: false
        case .stopped: status == .stopped
        }
    }
}

extension ECS {
    /// Writes what is wanted; the control loop finds the tasks a place.
    static func runTask(
        _ request: RunTaskRequest, _ call: Call
    ) async throws -> Answer<TaskAnswer> {
        let count = request.count ?? 1
        guard RunTaskRequest.counts.contains(count) else {
            throw Fault.invalidParameter("count must be 1 to 10", field: "count")
        }
        let cluster = try await call.activeCluster(request.cluster)
        let definition = try await call.usableTaskDefinition(request.taskDefinition)
        let overrides = try request.overrides?.checked(against: definition) ?? TaskOverride()
        if request.group?.hasPrefix("service:") == true {
            throw Fault.invalidParameter("group must not begin with service:", field: "group")
        }
        let tasks = request.taskIDs(count: count, in: cluster, by: call).map { id in
            var task = Task(
                id: id, arn: call.realm.task(id, in: cluster), cluster: cluster,
                taskDefinition: definition,
                group: request.group ?? "family:\(definition.family)", createdAt: call.now)
            task.startedBy = request.startedBy
            task.placementConstraints = request.placementConstraints
            task.placementStrategy = request.placementStrategy
            task.overrides = overrides
            task.tags = request.tags ?? []
            return task
        }
        if let earlier = try await call.tasks(alike: tasks, in: cluster) { return earlier }
        try await call.store.commit(
            Transaction(
                try tasks.map { try .put(.task($0.id, in: cluster), $0) },
                if: tasks.map { .absent(.task($0.id, in: cluster)) }))
        let answers = tasks.map {
            TaskAnswer(ObservedTask(task: $0, state: nil), in: call.realm)
        }
        return Answer("tasks", answers, failures: [])
    }

    /// The control loop takes it out of load balancers and names first, and only then stops it.
    static func stopTask(
        _ request: StopTaskRequest, _ call: Call
    ) async throws -> [String: TaskAnswer] {
        let cluster = try await call.activeCluster(request.cluster)
        let id = TaskID(Reference.lastPart(of: request.task))
        let reason = request.reason ?? "Task stopped by user"
        guard reason.count <= StopTaskRequest.reasonCharactersMax else {
            throw Fault.invalidParameter(
                "reason must have 1024 characters at most", field: "reason")
        }
        let key = Key.task(id, in: cluster)
        let snapshot = try await call.store.read([key, .taskState(id, in: cluster)])
        guard let record = try snapshot.value(at: key, as: Task.self) else {
            throw Fault.invalidParameter("The referenced task was not found.", field: "task")
        }
        let state = try snapshot.value(at: .taskState(id, in: cluster), as: TaskState.self)
        var task = record.value
        let isOver = task.desiredStatus == .stopped || state?.value.lastStatus == .stopped
        if task.retirement == nil, !isOver {
            task.retirement = Retirement(at: call.now, stopCode: .userInitiated, reason: reason)
            try await call.store.commit(
                Transaction(
                    [try .put(key, task)], if: [.unchanged(key, version: record.version)]))
        }
        return [
            "task": TaskAnswer(ObservedTask(task: task, state: state?.value), in: call.realm)
        ]
    }

    static func describeTasks(
        _ request: DescribeTasksRequest, _ call: Call
    ) async throws -> Answer<TaskAnswer> {
        try check(request.tasks, "tasks")
        let cluster = try await call.activeCluster(request.cluster)
        let ids = request.tasks.map { TaskID(Reference.lastPart(of: $0)) }
        let snapshot = try await call.store.read(
            ids.flatMap { [.task($0, in: cluster), .taskState($0, in: cluster)] })
        var found: [TaskAnswer] = []
        var failures: [Failure] = []
        for id in ids {
            guard let task = try snapshot.value(at: .task(id, in: cluster), as: Task.self) else {
                failures.append(.missing(call.realm.task(id, in: cluster)))
                continue
            }
            let state = try snapshot.value(at: .taskState(id, in: cluster), as: TaskState.self)
            let observed = ObservedTask(task: task.value, state: state?.value)
            found.append(TaskAnswer(observed, in: call.realm))
        }
        return Answer("tasks", found, failures: failures)
    }

    static func listTasks(
        _ request: ListTasksRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let status = try choice(
            request.desiredStatus, "desiredStatus", of: DesiredStatusFilter.self)
        let cluster = try await call.activeCluster(request.cluster)
        let service = request.serviceName.map(Reference.service)
        if let service {
            let key = Key.service(service, in: cluster)
            guard try await call.store.value(at: key, as: Service.self) != nil else {
                throw Fault.serviceNotFound
            }
        }
        let instance = request.containerInstance.map {
            ContainerInstanceID(Reference.lastPart(of: $0))
        }
        let tasks = try await call.tasks(in: cluster).filter { observed in
            let task = observed.task
            return (status ?? .running).accepts(observed.desiredStatus)
                && (service == nil || task.service == service)
                && (instance == nil || task.containerInstance == instance)
                && task.taskDefinition.family == request.family ?? task.taskDefinition.family
                && (request.startedBy == nil || task.startedBy == request.startedBy)
        }
        return page.answer("taskArns", of: tasks, by: \.task.arn, showing: \.task.arn)
    }
}

extension RunTaskRequest {
    /// New ids, or, when there is a token, always the same ones for it.
    fileprivate func taskIDs(count: Int, in cluster: ClusterName, by call: Call) -> [TaskID] {
        guard let clientToken else {
            var generator = call.generator()
            return (0..<count).map { _ in TaskID(generator.hexadecimal(digits: 32)) }
        }
        return (0..<count).map { index in
            let digest = Signature.sha256(Array("\(cluster)/\(clientToken)/\(index)".utf8))
            return TaskID(String(digest.prefix(32)))
        }
    }
}

extension Call {
    /// What an earlier request with the same token has made; `nil` when there was none.
    fileprivate func tasks(
        alike tasks: [Task], in cluster: ClusterName
    ) async throws -> Answer<TaskAnswer>? {
        let folders = tasks.flatMap {
            [Key.task($0.id, in: cluster), Key.taskState($0.id, in: cluster)]
        }
        let earlier = try await store.read(folders)
            .observedTasks(in: Key.tasks, states: Key.taskStates)
        guard !earlier.isEmpty else { return nil }
        let definition = tasks.first?.taskDefinition.taskDefinitionArn
        guard earlier.count == tasks.count,
            earlier.allSatisfy({ $0.task.taskDefinition.taskDefinitionArn == definition })
        else { throw Fault.conflict("clientToken was used for another request already.") }
        return Answer("tasks", earlier.map { TaskAnswer($0, in: realm) }, failures: [])
    }

    /// Every task of the cluster, as of one moment.
    func tasks(in cluster: ClusterName) async throws(StoreError) -> [ObservedTask] {
        let tasks = Key("tasks", cluster.text)
        let states = Key("taskstates", cluster.text)
        return try await store.read([tasks, states]).observedTasks(in: tasks, states: states)
    }
}
