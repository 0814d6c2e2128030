/// Copies of a share of a forward action's safe requests, for another target group: what it answers
/// is compared with what the client got, and thrown away.
///
/// Only GET, HEAD and OPTIONS without a body are copied, byte for byte as the client's own target
/// gets them. ALB has nothing like it; Envoy calls it request mirroring.
package struct RequestMirror: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    /// Of the requests that may be copied, 1-100.
    package var percent: Int

    package init(targetGroup: TargetGroupName, percent: Int) {
        self.targetGroup = targetGroup
        self.percent = percent
    }
}
