/// Something that a user asks for while the run goes on.
package enum Intent: Sendable {
    /// A new revision that behaves so.
    case deploy(Behaviour)
    case scale(Int)
    /// `StopServiceDeployment` of whatever is open.
    case stopDeployment
    /// `StopTask` of some task.
    case stopTask
    /// Some machine drains, and is ACTIVE again so many milliseconds later.
    case drain(Int64)
}
