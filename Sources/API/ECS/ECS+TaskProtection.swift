import Model
import Store

struct UpdateTaskProtectionRequest: Decodable {
    static let tasksMax = 10
    static let minutes = 1...2880
    static let minutesByDefault = 120

    let cluster: String
    let tasks: [String]
    let protectionEnabled: Bool
    let expiresInMinutes: Int?
}

struct GetTaskProtectionRequest: Decodable {
    let cluster: String
    /// All that are protected when absent.
    let tasks: [String]?
}

/// Whether the scheduler may end a task to scale in or to deploy.
struct ProtectedTaskAnswer: Encodable {
    let taskArn: String
    let protectionEnabled: Bool
    let expirationDate: Double?

    init(_ task: Task, at now: Instant) {
        let until = task.protectedUntil.flatMap { $0 > now ? $0 : nil }
        taskArn = task.arn
        protectionEnabled = until != nil
        expirationDate = until?.seconds
    }
}

extension ECS {
    static func updateTaskProtection(
        _ request: UpdateTaskProtectionRequest, _ call: Call
    ) async throws -> Answer<ProtectedTaskAnswer> {
        try check(request.tasks, "tasks", max: UpdateTaskProtectionRequest.tasksMax)
        let minutes = request.expiresInMinutes ?? UpdateTaskProtectionRequest.minutesByDefault
        guard UpdateTaskProtectionRequest.minutes.contains(minutes) else {
            throw Fault.invalidParameter(
                "expiresInMinutes must be 1 to 2880", field: "expiresInMinutes")
        }
        let until = request.protectionEnabled ? call.now.advanced(seconds: minutes * 60) : nil
        let cluster = try await call.activeCluster(request.cluster)
        var answers: [ProtectedTaskAnswer] = []
        var failures: [Failure] = []
        var transaction = Transaction()
        for id in Set(request.tasks.map { TaskID(Reference.lastPart(of: $0)) }).sorted() {
            let key = Key.task(id, in: cluster)
            guard var record = try await call.store.value(at: key, as: Task.self) else {
                failures.append(.missing(call.realm.task(id, in: cluster)))
                continue
            }
            if let refusal = Failure(protecting: record.value) {
                failures.append(refusal)
                continue
            }
            record.value.protectedUntil = until
            transaction.preconditions.append(.unchanged(key, version: record.version))
            transaction.writes.append(try .put(key, record.value))
            answers.append(ProtectedTaskAnswer(record.value, at: call.now))
        }
        if !transaction.writes.isEmpty { try await call.store.commit(transaction) }
        return Answer("protectedTasks", answers, failures: failures)
    }

    static func getTaskProtection(
        _ request: GetTaskProtectionRequest, _ call: Call
    ) async throws -> Answer<ProtectedTaskAnswer> {
        let cluster = try await call.activeCluster(request.cluster)
        let tasks = try await call.tasks(in: cluster).map(\.task)
        guard let names = request.tasks, !names.isEmpty else {
            let answers = tasks.map { ProtectedTaskAnswer($0, at: call.now) }
                .filter(\.protectionEnabled).prefix(describedMax)
            return Answer("protectedTasks", Array(answers), failures: [])
        }
        try check(names, "tasks")
        var answers: [ProtectedTaskAnswer] = []
        var failures: [Failure] = []
        for id in names.map({ TaskID(Reference.lastPart(of: $0)) }) {
            guard let task = tasks.first(where: { $0.id == id }) else {
                failures.append(.missing(call.realm.task(id, in: cluster)))
                continue
            }
            answers.append(ProtectedTaskAnswer(task, at: call.now))
        }
        return Answer("protectedTasks", answers, failures: failures)
    }
}

extension Failure {
    /// Only a service's task that is to stay can be protected.
    fileprivate init?(protecting task: Task) {
        let detail: String
        if task.service == nil {
            detail = "The task does not belong to a service."
        } else if task.retirement != nil || task.desiredStatus == .stopped {
            detail = "The task is stopping already."
        } else {
            return nil
        }
        self.init(arn: task.arn, reason: "TASK_NOT_VALID", detail: detail)
    }
}
