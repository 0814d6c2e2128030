package import Model

/// Names that follow from others.
extension DNSName {
    /// The name of a service below its namespace's apex.
    ///
    /// A service name may be longer than a label (ECS allows 255 characters): it is then cut, and
    /// told from others by the hash of the whole.
    init(of service: ServiceName, below apex: DNSName) throws(DNSNameFault) {
        self = try DNSName(Self.fitted(service.text, bytesMax: Self.labelBytesMax))
            .joined(below: apex)
    }

    /// `_SERVICE`, as HAProxy and others write the names of SRV records; `nil` when the name is
    /// such a one already or has several labels.
    static func underscored(_ service: String) -> String? {
        guard !service.hasPrefix("_"), !service.contains(".") else { return nil }
        return "_" + fitted(service, bytesMax: labelBytesMax - 1)
    }

    private static func fitted(_ text: String, bytesMax: Int) -> String {
        guard text.utf8.count > bytesMax, !text.contains(".") else { return text }
        var hash: UInt32 = 0x811C_9DC5
        for byte in text.utf8 { hash = (hash ^ UInt32(byte.folded)) &* 0x0100_0193 }
        let digits = String(UInt64(1) << 32 | UInt64(hash), radix: 16).dropFirst()
        var head = text
        while head.utf8.count > bytesMax - digits.utf8.count - 1 { head.removeLast() }
        return "\(head)-\(digits)"
    }

    /// Where the names of an address are found (RFC 1035, 3.5; RFC 3596, 2.5).
    package init?(reverseOf address: IPAddress) {
        let labels: [String]
        let zone: [String]
        switch address {
        case .v4:
            labels = address.bytes.reversed().map(String.init)
            zone = ["in-addr", "arpa"]
        case .v6:
            labels = address.bytes.reversed().flatMap { byte in
                [String(byte & 0xF, radix: 16), String(byte >> 4, radix: 16)]
            }
            zone = ["ip6", "arpa"]
        }
        guard let name = try? DNSName(labels: (labels + zone).map { Array($0.utf8) }) else {
            return nil
        }
        self = name
    }
}
