internal import Routing

extension SipKey {
    /// From the system's generator, which is fit for secrets.
    static func random() -> SipKey {
        SipKey(low: .random(in: 0 ... .max), high: .random(in: 0 ... .max))
    }
}
