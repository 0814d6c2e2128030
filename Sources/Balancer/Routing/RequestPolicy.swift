package import Model

/// What a listener's attributes ask for, a bit each; none by default.
package struct RequestPolicy: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let preservesHost = RequestPolicy(rawValue: 1)
    package static let dropsInvalidFields = RequestPolicy(rawValue: 2)
    package static let preservesForwardedFor = RequestPolicy(rawValue: 4)
    package static let removesForwardedFor = RequestPolicy(rawValue: 8)
    package static let forwardsClientPort = RequestPolicy(rawValue: 16)
    /// Every head is looked at, not only those that seem odd.
    package static let isStrictest = RequestPolicy(rawValue: 32)

    /// Which of the client's fields pass is not the usual.
    static let choosesFields: RequestPolicy = [.dropsInvalidFields, .preservesForwardedFor]
    static let leavesForwardedFor: RequestPolicy = [.preservesForwardedFor, .removesForwardedFor]

    package init(_ attributes: RoutingAttributes) {
        self = []
        if attributes.preservesHostHeader { insert(.preservesHost) }
        if attributes.dropsInvalidHeaderFields { insert(.dropsInvalidFields) }
        if attributes.desyncMitigationMode == .strictest { insert(.isStrictest) }
        switch attributes.forwardedForMode {
        case .preserve: insert(.preservesForwardedFor)
        case .remove: insert(.removesForwardedFor)
        // The other modes leave no place for a port.
        case .append: if attributes.forwardsClientPort { insert(.forwardsClientPort) }
        }
    }

    func passes(_ field: Field, of bytes: UnsafeRawBufferPointer) -> Bool {
        if contains(.dropsInvalidFields), !field.name.of(bytes).allSatisfy(RequestPolicy.isPlain) {
            return false
        }
        return field.kind.passesToTarget
            || field.kind == .forwardedFor && contains(.preservesForwardedFor)
    }

    /// ALB's valid names are `[-A-Za-z0-9]+`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.lowercased &- UInt8(ascii: "a") < 26 || byte.isDigit || byte == UInt8(ascii: "-")
    }
}
