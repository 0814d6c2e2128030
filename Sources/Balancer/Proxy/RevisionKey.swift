package import Model

/// One service revision's targets in one target group.
package struct RevisionKey: Hashable, Sendable {
    package let group: TargetGroupName
    /// `nil` for targets that no deployment registered.
    package let revision: ServiceRevisionID?

    package init(group: TargetGroupName, revision: ServiceRevisionID?) {
        self.group = group
        self.revision = revision
    }
}
