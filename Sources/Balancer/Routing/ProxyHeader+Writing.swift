internal import Model

extension ProxyHeader {
    /// A header: of a connection on behalf of a client, or, without `ends`, of our own.
    ///
    /// Where one address is IPv4 and the other IPv6, the first is written as the other's kind.
    package static func bytes(_ ends: Ends?, _ version: Version) -> [UInt8] {
        switch version {
        case .v1: Array(text(ends?.ofOneFamily).utf8)
        case .v2: signature + binary(ends?.ofOneFamily)
        }
    }

    private static func text(_ ends: Ends?) -> String {
        guard let ends else { return "PROXY UNKNOWN\r\n" }
        let family = if case .v4 = ends.source { "TCP4" } else { "TCP6" }
        return "PROXY \(family) \(ends.source) \(ends.destination)"
            + " \(ends.sourcePort) \(ends.destinationPort)\r\n"
    }

    private static func binary(_ ends: Ends?) -> [UInt8] {
        guard let ends else { return [0x20, 0, 0, 0] }
        let source = octets(ends.source)
        let family: UInt8 = source.count == 4 ? 0x11 : 0x21
        return [0x21, family, 0, UInt8(2 * source.count + 4)] + source
            + octets(ends.destination) + octets(ends.sourcePort) + octets(ends.destinationPort)
    }

    private static func octets(_ address: IPAddress) -> [UInt8] {
        switch address {
        case .v4(let number): octets(number)
        case .v6(let high, let low): octets(high) + octets(low)
        }
    }

    private static func octets(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

extension ProxyHeader.Ends {
    /// Both as IPv4 addresses if they are, else both as IPv6.
    fileprivate var ofOneFamily: ProxyHeader.Ends {
        let isFour = source.isFour && destination.isFour
        return ProxyHeader.Ends(
            source: isFour ? source.unmapped : source.mapped, port: sourcePort,
            destination: isFour ? destination.unmapped : destination.mapped, port: destinationPort)
    }
}

extension IPAddress {
    fileprivate var isFour: Bool {
        if case .v4 = unmapped { true } else { false }
    }

    /// An IPv4 address that is written as one of IPv6 (RFC 4291, 2.5.5.2) as the one that it is.
    fileprivate var unmapped: IPAddress {
        guard case .v6(high: 0, let low) = self, low >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: low))
    }

    fileprivate var mapped: IPAddress {
        guard case .v4(let number) = self else { return self }
        return .v6(high: 0, low: 0xFFFF << 32 | UInt64(number))
    }
}
