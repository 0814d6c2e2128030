import Model
import Store

struct ListContainerInstancesRequest: Decodable {
    let cluster: String?
    /// In the cluster query language, as placement constraints are.
    let filter: String?
    let status: String?
    let maxResults: Int?
    let nextToken: String?
}

struct DescribeContainerInstancesRequest: Decodable {
    let cluster: String?
    let containerInstances: [String]
}

struct UpdateContainerInstancesStateRequest: Decodable {
    /// As at ECS.
    static let countMax = 10

    let cluster: String?
    let containerInstances: [String]
    let status: String
}

struct DeregisterContainerInstanceRequest: Decodable {
    let cluster: String?
    let containerInstance: String
    /// Even where tasks run on it.
    let force: Bool?
}

private enum ContainerInstanceStatusFilter: String, CaseIterable {
    case active = "ACTIVE"
    case draining = "DRAINING"
    case registering = "REGISTERING"
    case deregistering = "DEREGISTERING"
    case registrationFailed = "REGISTRATION_FAILED"
}

/// What a caller may make of a container instance.
private enum ContainerInstanceWish: String, CaseIterable {
    case active = "ACTIVE"
    case draining = "DRAINING"

    var status: ContainerInstanceStatus {
        switch self {
        case .active: .active
        case .draining: .draining
        }
    }
}

extension ECS {
    static func listContainerInstances(
        _ request: ListContainerInstancesRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let status = try choice(
            request.status, "status", of: ContainerInstanceStatusFilter.self)
        let filter = try expression(request.filter)
        let cluster = try await call.activeCluster(request.cluster)
        let book = try await ContainerInstanceBook(reading: cluster, call)
        let instances = book.instances.map(\.value).filter { instance in
            let isWanted =
                status.map { instance.status.rawValue == $0.rawValue }
                ?? (instance.status != .inactive)
            return isWanted && filter?.holds(for: book.candidate(instance)) ?? true
        }
        return page.answer("containerInstanceArns", of: instances, by: \.id.text) {
            call.realm.containerInstance($0.id, in: cluster)
        }
    }

    private static func expression(_ text: String?) throws(Fault) -> PlacementExpression? {
        guard let text, !text.isEmpty else { return nil }
        do {
            return try PlacementExpression(parsing: text)
        } catch {
            throw .invalidParameter("filter \(error.description)", field: "filter")
        }
    }

    static func describeContainerInstances(
        _ request: DescribeContainerInstancesRequest, _ call: Call
    ) async throws -> Answer<ContainerInstanceAnswer> {
        try check(request.containerInstances, "containerInstances")
        let cluster = try await call.activeCluster(request.cluster)
        let book = try await ContainerInstanceBook(reading: cluster, call)
        var found: [ContainerInstanceAnswer] = []
        var failures: [Failure] = []
        for reference in request.containerInstances {
            let id = ContainerInstanceID(Reference.lastPart(of: reference))
            if let instance = book[id] {
                found.append(book.answer(instance.value))
            } else {
                failures.append(.missing(call.realm.containerInstance(id, in: cluster)))
            }
        }
        return Answer("containerInstances", found, failures: failures)
    }

    /// Draining moves a machine's service tasks elsewhere, under the services' percentages; tasks
    /// that RunTask started stay.
    static func updateContainerInstancesState(
        _ request: UpdateContainerInstancesStateRequest, _ call: Call
    ) async throws -> Answer<ContainerInstanceAnswer> {
        try check(
            request.containerInstances, "containerInstances",
            max: UpdateContainerInstancesStateRequest.countMax)
        let wish = try choice(request.status, "status", of: ContainerInstanceWish.self)
        let cluster = try await call.activeCluster(request.cluster)
        let book = try await ContainerInstanceBook(reading: cluster, call)
        var found: [ContainerInstanceAnswer] = []
        var failures: [Failure] = []
        var writes: [Write] = []
        var conditions: [Precondition] = []
        for reference in request.containerInstances {
            let id = ContainerInstanceID(Reference.lastPart(of: reference))
            let arn = call.realm.containerInstance(id, in: cluster)
            guard let record = book[id] else {
                failures.append(.missing(arn))
                continue
            }
            var instance = record.value
            guard instance.status != .inactive else {
                failures.append(Failure(arn: arn, reason: "INACTIVE"))
                continue
            }
            instance.status = wish?.status ?? instance.status
            found.append(book.answer(instance))
            guard instance != record.value else { continue }
            let key = Key.containerInstance(id, in: cluster)
            writes.append(try .put(key, instance))
            conditions.append(.unchanged(key, version: record.version))
        }
        if !writes.isEmpty { try await call.store.commit(Transaction(writes, if: conditions)) }
        return Answer("containerInstances", found, failures: failures)
    }

    /// Its services' tasks are replaced elsewhere. A machine whose agent starts again afterwards is
    /// in service again.
    static func deregisterContainerInstance(
        _ request: DeregisterContainerInstanceRequest, _ call: Call
    ) async throws -> [String: ContainerInstanceAnswer] {
        let cluster = try await call.activeCluster(request.cluster)
        let book = try await ContainerInstanceBook(reading: cluster, call)
        let id = ContainerInstanceID(Reference.lastPart(of: request.containerInstance))
        guard let record = book[id], record.value.status != .inactive else {
            throw Fault.invalidParameter(
                "The referenced container instance was not found.", field: "containerInstance")
        }
        guard request.force ?? false || book.tasks(on: id).isEmpty else {
            throw Fault.invalidParameter(
                "Found running tasks on the instance; drain it first, or set force.",
                field: "force")
        }
        var instance = record.value
        instance.status = .inactive
        let key = Key.containerInstance(id, in: cluster)
        try await call.store.commit(
            Transaction(
                [try .put(key, instance)], if: [.unchanged(key, version: record.version)]))
        return ["containerInstance": book.answer(instance)]
    }
}
