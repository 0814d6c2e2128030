package import Model
internal import Store

/// The file of a stand-alone balancer, understood: one load balancer and where its targets are.
///
/// A load balancer's settings stand at the top, listeners included, and each target group lists
/// its targets. Words, defaults and checks are those of `Configuration`.
package struct StandaloneConfiguration: Hashable, Sendable {
    /// Its target groups are without targets.
    package let loadBalancer: LoadBalancerConfiguration
    /// In the file's order.
    package let targets: [TargetGroupName: [TargetSource]]

    /// Throws the first thing that is wrong, with its field.
    package init(document: JSON) throws(FieldError) {
        guard case .object(var fields) = document else {
            throw FieldError("", "must be a mapping: listeners:, target_groups:")
        }
        var groups = fields.removeValue(forKey: "target_groups") ?? .array([])
        targets = try StandaloneConfiguration.takeTargets(from: &groups)
        if fields["name"] == nil { fields["name"] = .string("default") }
        do throws(FieldError) {
            let configuration = try Configuration(
                document: .object([
                    "load_balancers": .array([.object(fields)]), "target_groups": groups,
                ]))
            let call = Call(store: MemoryStore(), realm: .local, now: Instant(milliseconds: 0))
            let plan = try ConfigurationPlan(
                configuration, on: Inventory(), by: call, using: Generator(seed: 0))
            let name = configuration.loadBalancers?.first?.name ?? "default"
            loadBalancer = plan.configuration(of: name)
        } catch {
            throw StandaloneConfiguration.atTop(error)
        }
        guard !loadBalancer.listeners.isEmpty else {
            throw FieldError("listeners", "must have at least one, such as {name: http, port: 80}")
        }
    }

    /// The configuration with these targets, for a data plane.
    package func configuration(
        generation: UInt64, targets: [TargetGroupName: [Target]]
    ) -> LoadBalancerConfiguration {
        var configuration = loadBalancer
        configuration.generation = generation
        for index in configuration.targetGroups.indices {
            let name = configuration.targetGroups[index].name
            configuration.targetGroups[index].targets = targets[name] ?? []
        }
        return configuration
    }

    /// Takes the lists of targets out of the groups: services have none of their own to write.
    private static func takeTargets(
        from groups: inout JSON
    ) throws(FieldError) -> [TargetGroupName: [TargetSource]] {
        guard case .array(var list) = groups else {
            throw FieldError("target_groups", "must be a list")
        }
        var targets: [TargetGroupName: [TargetSource]] = [:]
        for index in list.indices {
            guard case .object(var group) = list[index] else { continue }
            let field = "target_groups[\(index)].targets"
            let sources = try sources(group.removeValue(forKey: "targets"), at: field)
            if case .string(let name)? = group["name"] { targets[TargetGroupName(name)] = sources }
            list[index] = .object(group)
        }
        groups = .array(list)
        return targets
    }

    private static func sources(
        _ value: JSON?, at field: String
    ) throws(FieldError) -> [TargetSource] {
        guard let value, value != .null else { return [] }
        guard case .array(let items) = value else { throw FieldError(field, "must be a list") }
        var sources: [TargetSource] = []
        for (index, item) in items.enumerated() {
            guard case .string(let text) = item, let source = TargetSource(text) else {
                throw FieldError(
                    "\(field)[\(index)]",
                    "must be ADDRESS:PORT, HOST:PORT, or the name of an SRV record")
            }
            guard !sources.contains(source) else {
                throw FieldError("\(field)[\(index)]", "is there twice")
            }
            sources.append(source)
        }
        return sources
    }

    /// The same error where this file has the field: at the top.
    private static func atTop(_ error: FieldError) -> FieldError {
        let prefix = "load_balancers[0]"
        guard error.field.hasPrefix(prefix) else { return error }
        let rest = error.field.dropFirst(prefix.count)
        return FieldError(String(rest.first == "." ? rest.dropFirst() : rest), error.problem)
    }
}
