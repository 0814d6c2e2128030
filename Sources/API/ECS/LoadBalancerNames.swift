import Model

/// Turns what clients give as a target group or a rule, a name or an ARN, into our ARN.
struct LoadBalancerNames {
    let realm: Realm
    let rules: [RuleName: Rule]
    let listeners: [Listener]

    /// What does not exist is left as it is, for the check that follows to complain of.
    func inFull(_ loadBalancer: ServiceLoadBalancer) -> ServiceLoadBalancer {
        var result = loadBalancer
        result.targetGroupArn = targetGroup(loadBalancer.targetGroupArn)
        if let pair = loadBalancer.advancedConfiguration {
            result.advancedConfiguration?.alternateTargetGroupArn = targetGroup(
                pair.alternateTargetGroupArn)
            result.advancedConfiguration?.productionListenerRule = rule(
                pair.productionListenerRule)
            result.advancedConfiguration?.testListenerRule = pair.testListenerRule.map(rule)
        }
        return result
    }

    private func targetGroup(_ reference: String) -> String {
        realm.targetGroup(TargetGroupName(reference: reference))
    }

    private func rule(_ reference: String) -> String {
        guard let rule = rules[RuleName(reference: reference)],
            let listener = listeners.first(where: { $0.name == rule.listener })
        else { return reference }
        return realm.rule(rule.name, of: listener.name, on: listener.loadBalancer)
    }
}
