import Model
import Store

/// What a configuration changes of what exists: decided without a store, written in one commit.
///
/// What is the same already is not written, and the weights of a rule that deployments shift are
/// kept, so applying a configuration again changes nothing.
struct ConfigurationPlan {
    let call: Call
    var generator: Generator
    var inventory: Inventory
    /// Where the file says what the routing core may complain of: `targetGroups[web]` is at
    /// `services[0]`.
    var places: [String: String] = [:]
    var services: [ServiceChange] = []

    /// Throws the first thing that is wrong, with its field.
    init(
        _ configuration: Configuration, on inventory: Inventory, by call: Call,
        using generator: Generator
    ) throws(FieldError) {
        self.call = call
        self.generator = generator
        self.inventory = inventory
        for (index, group) in (configuration.targetGroups ?? []).enumerated() {
            try add(group, at: "target_groups[\(index)]")
        }
        for (index, balancer) in (configuration.loadBalancers ?? []).enumerated() {
            try add(balancer, at: "load_balancers[\(index)]")
        }
        for (index, name) in (configuration.namespaces ?? []).enumerated() {
            try add(name, at: "namespaces[\(index)]")
        }
        for (index, definition) in (configuration.taskDefinitions ?? []).enumerated() {
            try add(definition, at: "task_definitions[\(index)]")
        }
        let described = (configuration.services ?? []).enumerated().map { index, description in
            ServiceExpansion(description, at: "services[\(index)]")
        }
        for service in described { try addPath(of: service) }
        for (index, balancer) in (configuration.loadBalancers ?? []).enumerated() {
            try addRules(of: balancer, described, at: "load_balancers[\(index)]")
        }
        for service in described { try add(service) }
        try checkUniqueServices(described)
        try checkRouting()
    }

    /// One sentence for each change, in the order of dependence.
    var sentences: [String] {
        inventory.loadBalancers.sentences("load balancer")
            + inventory.targetGroups.sentences("target group")
            + inventory.listeners.sentences("listener")
            + inventory.rules.sentences("rule")
            + inventory.namespaces.sentences("namespace")
            + inventory.taskDefinitions.sentences(
                "task definition", calling: Reference.lastPart)
            + services.filter { !$0.isEmpty }.map(\.sentence)
    }

    func transaction() throws(StoreError) -> Transaction {
        var transaction = Transaction()
        transaction.add(try inventory.loadBalancers.transaction { .loadBalancer($0.name) })
        transaction.add(try inventory.targetGroups.transaction { .targetGroup($0.name) })
        transaction.add(try inventory.listeners.transaction { .listener($0.name) })
        transaction.add(try inventory.rules.transaction { .rule($0.name) })
        transaction.add(try inventory.namespaces.transaction { .namespace($0.name) })
        transaction.add(
            try inventory.taskDefinitions.transaction {
                .taskDefinition(family: $0.family, revision: $0.revision)
            })
        for change in services where !change.isEmpty {
            transaction.add(try change.transaction())
        }
        return transaction
    }

    private func checkUniqueServices(_ services: [ServiceExpansion]) throws(FieldError) {
        for (index, service) in services.enumerated()
        where services.prefix(index).contains(where: {
            $0.name == service.name && $0.cluster == service.cluster
        }) {
            throw FieldError("\(service.field).name", "\(service.name) is there twice")
        }
    }

    /// `name`, or an error at `field`.
    static func checkName(_ name: some CustomStringConvertible, _ field: String) throws(FieldError)
    {
        guard NameRules.isValid(name.description) else {
            throw FieldError(field, "must be 1 to 255 letters, digits, hyphens and underscores")
        }
    }
}

extension ServiceChange {
    /// `updated service web`, and what comes of it.
    fileprivate var sentence: String {
        let verb = isNew ? "created" : "updated"
        let deployment = deployment.map { ", deployment \($0.id) begins" } ?? ""
        return "\(verb) service \(service.name)\(deployment)"
    }
}
