/// How a query was answered: four bits in the header, eight more in EDNS (RFC 6895, 2.3).
package struct ResponseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    init(header: UInt8, extended: UInt8?) {
        rawValue = UInt16(extended ?? 0) << 4 | UInt16(header)
    }

    /// The four bits of the header.
    var header: UInt8 { UInt8(rawValue & 0xF) }
    /// The eight bits of EDNS.
    var extended: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 4) }

    package static let noError = Self(rawValue: 0)
    package static let formatError = Self(rawValue: 1)
    package static let serverFailure = Self(rawValue: 2)
    package static let nameError = Self(rawValue: 3)
    package static let notImplemented = Self(rawValue: 4)
    package static let refused = Self(rawValue: 5)
    /// The EDNS version is higher than ours (RFC 6891, 6.1.3).
    package static let badVersion = Self(rawValue: 16)

    package var description: String {
        switch self {
        case .noError: "NOERROR"
        case .formatError: "FORMERR"
        case .serverFailure: "SERVFAIL"
        case .nameError: "NXDOMAIN"
        case .notImplemented: "NOTIMP"
        case .refused: "REFUSED"
        case .badVersion: "BADVERS"
        default: "RCODE\(rawValue)"
        }
    }
}
