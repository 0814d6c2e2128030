internal import Model

extension SipKey {
    /// From the system's generator, which is fit for secrets.
    static func random() -> SipKey {
        var generator = SystemRandomNumberGenerator()
        return SipKey(using: &generator)
    }
}
