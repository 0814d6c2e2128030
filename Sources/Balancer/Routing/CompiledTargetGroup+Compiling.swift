internal import Model

extension CompiledTargetGroup {
    init(_ group: TargetGroup, isUsed: Bool) throws(ConfigurationDefect) {
        let field = "targetGroups[\(group.name)]"
        try CompiledTargetGroup.check(group.healthCheck, "\(field).healthCheck")
        guard let matcher = StatusMatcher(group.healthCheck.matcher) else {
            throw ConfigurationDefect(
                "\(field).healthCheck.matcher",
                "'\(group.healthCheck.matcher)' is not like 200, 200,202 or 200-299")
        }
        guard (0...3600).contains(group.deregistrationDelaySeconds) else {
            throw ConfigurationDefect("\(field).deregistrationDelaySeconds", "must be 0 to 3600")
        }
        guard (0...3_600_000).contains(group.upstreamIdleMilliseconds) else {
            throw ConfigurationDefect("\(field).upstreamIdleMilliseconds", "must be 0 to 3600000")
        }
        try CompiledTargetGroup.check(group.targets, "\(field).targets")
        let attributes = group.attributes ?? TargetGroupAttributes()
        try attributes.check("\(field).attributes")
        source = group
        self.attributes = attributes
        self.matcher = matcher
        self.isUsed = isUsed
    }

    private static func check(
        _ check: HealthCheck, _ field: String
    ) throws(ConfigurationDefect) {
        guard check.path.utf8.first == UInt8(ascii: "/"),
            check.path.utf8.count <= ConfigurationLimits.healthCheckPathBytesMax,
            check.path.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") })
        else {
            throw ConfigurationDefect("\(field).path", "must be a path such as /health")
        }
        guard check.port != 0 else {
            throw ConfigurationDefect("\(field).port", "must be 1 to 65535")
        }
        guard (100...300_000).contains(check.intervalMilliseconds) else {
            throw ConfigurationDefect("\(field).intervalMilliseconds", "must be 100 to 300000")
        }
        guard (10...120_000).contains(check.timeoutMilliseconds) else {
            throw ConfigurationDefect("\(field).timeoutMilliseconds", "must be 10 to 120000")
        }
        guard (1...10).contains(check.healthyThresholdCount) else {
            throw ConfigurationDefect("\(field).healthyThresholdCount", "must be 1 to 10")
        }
        guard (1...10).contains(check.unhealthyThresholdCount) else {
            throw ConfigurationDefect("\(field).unhealthyThresholdCount", "must be 1 to 10")
        }
    }

    private static func check(
        _ targets: [Target], _ field: String
    ) throws(ConfigurationDefect) {
        guard targets.count <= ConfigurationLimits.targetsPerGroupMax else {
            throw ConfigurationDefect(
                field, "\(targets.count); at most \(ConfigurationLimits.targetsPerGroupMax)")
        }
        var ids: Set<TargetID> = []
        for target in targets {
            guard ids.insert(target.id).inserted else {
                throw ConfigurationDefect("\(field)[\(target.id)]", "is registered twice")
            }
            guard IPAddress(target.address) != nil else {
                throw ConfigurationDefect(
                    "\(field)[\(target.id)].address", "'\(target.address)' is no IP address")
            }
            guard target.port != 0 else {
                throw ConfigurationDefect("\(field)[\(target.id)].port", "must be 1 to 65535")
            }
        }
    }
}
