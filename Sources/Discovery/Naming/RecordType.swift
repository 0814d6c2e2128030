/// The type of a resource record or of a question (RFC 1035, 3.2.2; IANA's DNS parameters).
package struct RecordType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let a = Self(rawValue: 1)
    package static let ns = Self(rawValue: 2)
    package static let cname = Self(rawValue: 5)
    package static let soa = Self(rawValue: 6)
    package static let ptr = Self(rawValue: 12)
    package static let hinfo = Self(rawValue: 13)
    package static let txt = Self(rawValue: 16)
    package static let aaaa = Self(rawValue: 28)
    package static let srv = Self(rawValue: 33)
    package static let opt = Self(rawValue: 41)
    package static let tkey = Self(rawValue: 249)
    package static let tsig = Self(rawValue: 250)
    package static let ixfr = Self(rawValue: 251)
    package static let axfr = Self(rawValue: 252)
    package static let mailb = Self(rawValue: 253)
    package static let maila = Self(rawValue: 254)
    package static let any = Self(rawValue: 255)

    private static let names: [(type: RecordType, name: String)] = [
        (.a, "A"), (.ns, "NS"), (.cname, "CNAME"), (.soa, "SOA"), (.ptr, "PTR"),
        (.hinfo, "HINFO"), (.txt, "TXT"), (.aaaa, "AAAA"), (.srv, "SRV"), (.opt, "OPT"),
        (.tkey, "TKEY"), (.tsig, "TSIG"), (.ixfr, "IXFR"), (.axfr, "AXFR"), (.mailb, "MAILB"),
        (.maila, "MAILA"), (.any, "ANY"),
    ]
}

extension RecordType: LosslessStringConvertible {
    /// Reads a mnemonic in any case, or RFC 3597's `TYPE65`.
    package init?(_ text: String) {
        let upper = text.uppercased()
        if let known = Self.names.first(where: { $0.name == upper }) {
            self = known.type
        } else if upper.hasPrefix("TYPE"), let number = UInt16(upper.dropFirst(4)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    package var description: String {
        Self.names.first { $0.type == self }?.name ?? "TYPE\(rawValue)"
    }
}
