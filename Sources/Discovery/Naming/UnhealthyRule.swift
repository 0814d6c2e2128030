/// What a service's name answers when it has instances and all of them fail their health checks.
package enum UnhealthyRule: String, Hashable, Sendable, CaseIterable {
    /// All of them, as if they were healthy: Cloud Map's rule.
    case answer
    /// The name is there, without records.
    case noData = "nodata"
    /// The name is not there.
    case noName = "nxdomain"
}
