internal import Model
internal import Routing

/// Whether a group's clients stay with their targets, and how their cookies are written.
struct GroupStickiness {
    let isOn: Bool
    /// How long a cookie is good for, from its client's last response on.
    let seconds: UInt64
    let key: SipKey
    /// The name of the application's own cookie, without which ours keeps nobody; `nil` where ours
    /// is enough.
    let application: PlainText?
    /// The indices of the group's targets by their names in cookies; empty when it is off.
    var places: [UInt64: Int] = [:]

    /// `own` is the key of groups whose configuration has none.
    init(_ attributes: TargetGroupAttributes, own: SipKey) {
        isOn = attributes.isSticky
        key = attributes.stickinessKey.flatMap { SipKey(hexadecimal: $0) } ?? own
        switch attributes.stickinessType {
        case .lbCookie:
            seconds = UInt64(attributes.stickySeconds)
            application = nil
        case .appCookie:
            seconds = UInt64(attributes.appCookieSeconds)
            application = attributes.appCookieName.map { PlainText($0) }
        }
    }

    func deallocate() {
        application?.deallocate()
    }
}
