import Model
import Store

struct TaskDefinitionRequest: Decodable {
    let taskDefinition: String
    let include: [String]?
}

struct ListTaskDefinitionsRequest: Decodable {
    let familyPrefix: String?
    let status: String?
    let sort: String?
    let maxResults: Int?
    let nextToken: String?
}

private enum SortOrder: String, CaseIterable {
    case ascending = "ASC"
    case descending = "DESC"
}

private enum FamilyStatus: String, CaseIterable {
    case active = "ACTIVE"
    case inactive = "INACTIVE"
    case all = "ALL"
}

extension ECS {
    static func registerTaskDefinition(
        _ request: RegisterTaskDefinitionRequest, _ call: Call
    ) async throws -> TaskDefinitionEnvelope {
        let valid = try TaskDefinitionRules.checked(request)
        let family = try await call.taskDefinitions(of: valid.family)
        let definition = TaskDefinition(
            registering: valid, revision: (family.map(\.revision).max() ?? 0) + 1, by: call)
        let key = Key.taskDefinition(family: definition.family, revision: definition.revision)
        try await call.store.commit(Transaction([try .put(key, definition)], if: [.absent(key)]))
        return TaskDefinitionEnvelope(definition, tags: definition.tags)
    }

    static func describeTaskDefinition(
        _ request: TaskDefinitionRequest, _ call: Call
    ) async throws -> TaskDefinitionEnvelope {
        guard let definition = try await call.taskDefinition(request.taskDefinition) else {
            throw Fault.client("Unable to describe task definition.")
        }
        let includesTags = request.include?.contains("TAGS") ?? false
        return TaskDefinitionEnvelope(definition, tags: includesTags ? definition.tags : nil)
    }

    /// What runs or is being deployed keeps its own copy; only new uses are refused.
    static func deregisterTaskDefinition(
        _ request: TaskDefinitionRequest, _ call: Call
    ) async throws -> TaskDefinitionEnvelope {
        let reference = try TaskDefinitionReference(request.taskDefinition)
        guard let revision = reference.revision else {
            throw Fault.client("Invalid revision number. Number: missing")
        }
        let key = Key.taskDefinition(family: reference.family, revision: revision)
        guard var record = try await call.store.value(at: key, as: TaskDefinition.self) else {
            throw Fault.client("The specified task definition does not exist.")
        }
        if record.value.status == .active {
            record.value.status = .inactive
            record.value.deregisteredAt = call.now
            try await call.store.commit(
                Transaction(
                    [try .put(key, record.value)],
                    if: [.unchanged(key, version: record.version)]))
        }
        return TaskDefinitionEnvelope(record.value)
    }

    /// `familyPrefix` is the whole name of a family here, as at AWS.
    static func listTaskDefinitions(
        _ request: ListTaskDefinitionsRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let status = try choice(request.status, "status", of: TaskDefinitionStatus.self)
        let order = try choice(request.sort, "sort", of: SortOrder.self)
        let definitions = try await call.store.values(
            in: Key.taskDefinitions, as: TaskDefinition.self
        ).map(\.value).filter {
            $0.status == status ?? .active
                && $0.family == request.familyPrefix ?? $0.family
        }
        return page.answer(
            "taskDefinitionArns", of: definitions, descending: order == .descending,
            by: { "\($0.family)\u{1}\(PageRequest.padded($0.revision))" },
            showing: \.taskDefinitionArn)
    }

    static func listTaskDefinitionFamilies(
        _ request: ListTaskDefinitionsRequest, _ call: Call
    ) async throws -> Answer<String> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let status = try choice(request.status, "status", of: FamilyStatus.self) ?? .all
        let definitions = try await call.store.values(
            in: Key.taskDefinitions, as: TaskDefinition.self
        ).map(\.value).filter { $0.family.hasPrefix(request.familyPrefix ?? "") }
        let active = Set(definitions.filter { $0.status == .active }.map(\.family))
        let families = Set(definitions.map(\.family)).filter { family in
            status == .all || (status == .active) == active.contains(family)
        }
        return page.answer("families", of: Array(families), by: \.self, showing: \.self)
    }
}

extension Call {
    /// The revisions of a family, in their order.
    func taskDefinitions(of family: String) async throws(StoreError) -> [TaskDefinition] {
        try await store.values(in: Key("taskdefinitions", family), as: TaskDefinition.self)
            .map(\.value)
    }

    /// What `text` names: a revision in any status, or the newest active one of a family.
    func taskDefinition(_ text: String) async throws -> TaskDefinition? {
        let reference = try TaskDefinitionReference(text)
        guard let revision = reference.revision else {
            return try await taskDefinitions(of: reference.family).last { $0.status == .active }
        }
        let key = Key.taskDefinition(family: reference.family, revision: revision)
        return try await store.value(at: key, as: TaskDefinition.self)?.value
    }

    /// What `text` names, to be run from now on.
    func usableTaskDefinition(_ text: String) async throws -> TaskDefinition {
        guard let definition = try await taskDefinition(text) else {
            throw Fault.client("TaskDefinition not found.", field: "taskDefinition")
        }
        guard definition.status == .active else {
            throw Fault.client("TaskDefinition is inactive", field: "taskDefinition")
        }
        return definition
    }
}

extension TaskDefinition {
    /// `request` has passed the rules.
    init(registering request: RegisterTaskDefinitionRequest, revision: Int, by call: Call) {
        self.init(
            family: request.family, revision: revision,
            taskDefinitionArn: call.realm.taskDefinition(
                family: request.family, revision: revision),
            containerDefinitions: request.containerDefinitions, registeredAt: call.now)
        networkMode = request.networkMode
        cpu = request.cpu
        memory = request.memory
        placementConstraints = request.checkedConstraints
        tags = request.tags ?? []
        echoed = request.echoed
        registeredBy = call.caller
    }
}
