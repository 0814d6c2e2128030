import Model

extension ConfigurationPlan {
    mutating func add(
        _ description: TaskDefinitionDescription, at field: String
    ) throws(FieldError) {
        let request = description.request
        try claim("taskDefinitions[\(request.family)]", for: field)
        if let stray = TaskDefinitionRules.strayField(in: request) {
            throw FieldError("\(field).\(stray)", "is not a field that ECS knows")
        }
        let checked = try ConfigurationPlan.checked(request) { "\(field).\($0)" }
        let newest = inventory.taskDefinitions(of: request.family).first { $0.status == .active }
        if newest?.says(checked) != true { register(checked) }
    }

    /// What `expansion` is to run.
    ///
    /// In the short form: the revision it runs `now`, or else the newest active one, that says the
    /// same; a new one is registered only when none does.
    mutating func taskDefinition(
        of expansion: ServiceExpansion, now service: Service?
    ) throws(FieldError) -> TaskDefinition {
        let field = expansion.field
        if let name = expansion.description.taskDefinition {
            return try taskDefinition(named: name, "\(field).task_definition")
        }
        guard let request = try expansion.taskDefinition() else {
            throw FieldError("\(field).task_definition", "is missing")
        }
        let checked = try ConfigurationPlan.checked(request) { problem in
            let setting = problem.split(separator: ".", maxSplits: 1).dropFirst().first ?? "name"
            return "\(field).\(FieldError.inFile(String(setting)))"
        }
        if let current = service.flatMap({ inventory.taskDefinitions[$0.taskDefinition] }),
            current.says(checked)
        {
            return current
        }
        let revisions = inventory.taskDefinitions(of: request.family)
        return revisions.first { $0.status == .active && $0.says(checked) } ?? register(checked)
    }

    private func taskDefinition(
        named name: String, _ field: String
    ) throws(FieldError) -> TaskDefinition {
        let reference: TaskDefinitionReference
        do throws(Fault) {
            reference = try TaskDefinitionReference(name)
        } catch {
            throw FieldError(field, "must be FAMILY or FAMILY:REVISION")
        }
        let found = inventory.taskDefinitions(of: reference.family).first {
            $0.status == .active && $0.revision == reference.revision ?? $0.revision
        }
        guard let found else {
            throw FieldError(field, "\(name) is no active task definition")
        }
        return found
    }

    @discardableResult
    private mutating func register(_ request: RegisterTaskDefinitionRequest) -> TaskDefinition {
        let newest = inventory.taskDefinitions(of: request.family).first?.revision ?? 0
        let definition = TaskDefinition(registering: request, revision: newest + 1, by: call)
        inventory.taskDefinitions[definition.taskDefinitionArn] = definition
        return definition
    }

    private static func checked(
        _ request: RegisterTaskDefinitionRequest, at field: (String) -> String
    ) throws(FieldError) -> RegisterTaskDefinitionRequest {
        do throws(Fault) {
            return try TaskDefinitionRules.checked(request)
        } catch {
            let name = error.field ?? ""
            let problem =
                error.message.hasPrefix(name)
                ? String(error.message.dropFirst(name.count).drop { $0 == " " }) : error.message
            throw FieldError(field(name), problem)
        }
    }
}

extension TaskDefinition {
    /// Whether registering `request` would give the same again.
    fileprivate func says(_ request: RegisterTaskDefinitionRequest) -> Bool {
        family == request.family && containerDefinitions == request.containerDefinitions
            && networkMode == request.networkMode && cpu == request.cpu
            && memory == request.memory
            && placementConstraints ?? [] == request.checkedConstraints ?? []
            && tags == request.tags ?? [] && echoed == request.echoed
    }
}
