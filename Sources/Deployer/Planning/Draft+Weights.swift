import Model

/// The open deployment's weights, written into the rules that carry them.
extension Draft {
    mutating func shiftWeights(of path: ServicePath) {
        guard let service = world.services[path], let open = world.openDeployment(of: path)
        else { return }
        // Without a source, and in a rolling one, green is in the production group itself.
        let hasSource = open.source != nil && !open.isRolling
        guard hasSource || open.productionWeight > 0 else { return }
        for pair in world.pairs(of: open.target, in: service) {
            guard let alternate = pair.alternate else { continue }
            shift(pair.productionRule, hasSource ? open.productionWeight : 0, pair, to: alternate)
            shift(pair.testRule, hasSource ? open.testWeight : 0, pair, to: alternate)
        }
    }

    private mutating func shift(
        _ name: RuleName?, _ share: Int, _ pair: TargetGroupPair, to alternate: TargetGroupName
    ) {
        guard var rule = name.flatMap({ world.rules[$0] }),
            let action = rule.action.shifted(share, to: alternate, from: pair.production)
        else { return }
        rule.action = action
        put(rule)
    }

    /// Whether each production rule of `service` sends all of the pair's traffic to production.
    func isUndivided(_ pairs: [TargetGroupPair]) -> Bool {
        pairs.allSatisfy { pair in
            guard let alternate = pair.alternate,
                let rule = pair.productionRule.flatMap({ world.rules[$0] })
            else { return true }
            return rule.action.shifted(0, to: alternate, from: pair.production) == rule.action
        }
    }
}
