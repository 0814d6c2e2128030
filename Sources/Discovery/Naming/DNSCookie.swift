package import Model

/// The COOKIE option: what lets a server know that a client is where it says (RFC 7873).
struct DNSCookie: Hashable, Sendable {
    /// Eight bytes that the client chose.
    let client: [UInt8]
    /// What a server gave the client before: 8 to 32 bytes, or none.
    let server: [UInt8]

    static let optionCode: UInt16 = 10
    private static let clientBytes = 8
    private static let serverBytes = 8...32

    /// `nil` when the lengths are not those of a cookie: such a query is FORMERR (5.2.2).
    init?(_ value: [UInt8]) {
        guard value.count >= Self.clientBytes else { return nil }
        client = Array(value.prefix(Self.clientBytes))
        server = Array(value.dropFirst(Self.clientBytes))
        guard server.isEmpty || Self.serverBytes.contains(server.count) else { return nil }
    }
}

/// Makes server cookies and knows them again, without a memory of clients (RFC 9018).
package struct CookieSecret: Hashable, Sendable {
    private let key: SipKey

    /// Seconds for which a cookie is taken, for which it is not renewed, and by which the clocks of
    /// two servers may differ (RFC 9018, 4.3).
    private static let age = (max: Int32(3600), fresh: Int32(1800), ahead: Int32(300))
    private static let version: UInt8 = 1

    /// The same for all servers behind one address.
    package init(_ key: SipKey) {
        self.key = key
    }

    /// Whether this secret made `cookie` for the client at `address`, and not too long ago.
    func isOurs(_ cookie: DNSCookie, from address: IPAddress, at second: UInt32) -> Bool {
        guard cookie.server.count == 16, cookie.server[0] == Self.version else { return false }
        let age = Self.age(of: cookie, at: second)
        guard (-Self.age.ahead...Self.age.max).contains(age) else { return false }
        let head = Array(cookie.server.prefix(8))
        return cookie.server == made(from: head, for: cookie.client, at: address)
    }

    /// What the answer carries: the cookie that came if it is ours and fresh, otherwise a new one.
    func option(
        answering cookie: DNSCookie, from address: IPAddress, at second: UInt32
    ) -> EDNSOption {
        let isFresh =
            isOurs(cookie, from: address, at: second)
            && Self.age(of: cookie, at: second) < Self.age.fresh
        let head = [Self.version, 0, 0, 0] + Self.bytes(second)
        let server = isFresh ? cookie.server : made(from: head, for: cookie.client, at: address)
        return EDNSOption(code: DNSCookie.optionCode, value: cookie.client + server)
    }

    /// In the arithmetic of serial numbers: the clock may wrap (RFC 1982).
    private static func age(of cookie: DNSCookie, at second: UInt32) -> Int32 {
        let made = cookie.server[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Int32(bitPattern: second &- made)
    }

    /// `head` is the version, three reserved bytes and the time.
    private func made(
        from head: [UInt8], for client: [UInt8], at address: IPAddress
    ) -> [UInt8] {
        let hash = SipHash.hash(client + head + address.bytes, key: key)
        return head + (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64($0 * 8)) }
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
}

extension IPAddress {
    /// The four or sixteen bytes, in network order.
    var bytes: [UInt8] {
        switch self {
        case .v4(let number):
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
        case .v6(let high, let low):
            [high, low].flatMap { half in
                stride(from: 56, through: 0, by: -8).map {
                    UInt8(truncatingIfNeeded: half >> UInt64($0))
                }
            }
        }
    }
}
