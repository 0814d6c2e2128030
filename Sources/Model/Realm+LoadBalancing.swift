/// Names of load balancing in ELBv2's shapes. What comes back from a client may be the whole ARN
/// or the bare name, so reading takes either.
extension Realm {
    /// `targetgroup/NAME/ID`.
    package func targetGroup(_ name: TargetGroupName) -> String {
        elasticLoadBalancing("targetgroup/\(name)/\(digits(of: name.text))")
    }

    /// `loadbalancer/app/NAME/ID`.
    package func loadBalancer(_ name: LoadBalancerName) -> String {
        elasticLoadBalancing("loadbalancer/app/\(name)/\(digits(of: name.text))")
    }

    /// `listener/app/LOAD-BALANCER/ID/LISTENER`.
    package func listener(_ name: ListenerName, of loadBalancer: LoadBalancerName) -> String {
        let owner = "\(loadBalancer)/\(digits(of: loadBalancer.text))"
        return elasticLoadBalancing("listener/app/\(owner)/\(name)")
    }

    /// `listener-rule/app/LOAD-BALANCER/ID/LISTENER/RULE`.
    package func rule(
        _ name: RuleName, of listener: ListenerName, on loadBalancer: LoadBalancerName
    ) -> String {
        let owner = "\(loadBalancer)/\(digits(of: loadBalancer.text))"
        return elasticLoadBalancing("listener-rule/app/\(owner)/\(listener)/\(name)")
    }

    /// AWS's ARNs end in 16 hexadecimal digits; ours are the name's FNV-1a hash, so that a name
    /// always has the same ARN.
    private func digits(of name: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Identifier where Noun == TargetGroup {
    /// The name in a target group's ARN, or `reference` itself when it is no ARN.
    package init(reference: String) {
        guard let path = ResourceName(parsing: reference)?.path, path.count > 1 else {
            self.init(reference)
            return
        }
        self.init(path[1])
    }
}

extension Identifier where Noun == Rule {
    /// The name in a listener rule's ARN, or `reference` itself when it is no ARN.
    package init(reference: String) {
        self.init(ResourceName(parsing: reference)?.path.last ?? reference)
    }
}
