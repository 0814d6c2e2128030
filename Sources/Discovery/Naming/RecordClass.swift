/// The class of a record or a question (RFC 1035, 3.2.4).
package struct RecordClass: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The Internet: the only class that is served.
    package static let internet = Self(rawValue: 1)
    package static let chaos = Self(rawValue: 3)
    package static let any = Self(rawValue: 255)

    package var description: String {
        switch self {
        case .internet: "IN"
        case .chaos: "CH"
        case .any: "ANY"
        default: "CLASS\(rawValue)"
        }
    }
}
