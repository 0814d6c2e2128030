internal import Model

/// `host [":" port]` as RFC 3986 spells it, without user information.
struct Authority {
    let hostCount: Int
    /// Where the digits of the port begin.
    let portStart: Int
    let portCount: Int

    /// The longest name there is (RFC 1035, 2.3.4).
    static let hostBytesMax = 255

    /// Takes a whole Host value; `nil` when it is not exactly one host.
    init?(_ text: UnsafeRawBufferPointer) {
        guard !text.isEmpty, text.count <= Authority.hostBytesMax + 6 else { return nil }
        let hostEnd =
            text[0] == UInt8(ascii: "[") ? Authority.literalEnd(text) : Authority.nameEnd(text)
        guard let hostEnd, (1...Authority.hostBytesMax).contains(hostEnd) else { return nil }
        hostCount = hostEnd
        guard hostEnd < text.count else {
            portStart = hostEnd
            portCount = 0
            return
        }
        guard text[hostEnd] == Byte.colon else { return nil }
        let digits = UnsafeRawBufferPointer(rebasing: text[(hostEnd + 1)...])
        // An empty port is allowed by the grammar and means none.
        guard digits.isEmpty || digits.decimal.map({ $0 <= 65535 }) == true else { return nil }
        portStart = hostEnd + 1
        portCount = digits.count
    }

    /// Just after `[...]`.
    private static func literalEnd(_ text: UnsafeRawBufferPointer) -> Int? {
        guard let close = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let inner = String(decoding: text[1..<close], as: UTF8.self)
        guard case .v6 = IPAddress(inner) else { return nil }
        return close + 1
    }

    /// A registered name or an IPv4 address. No comma, which the grammar has: it is how a second
    /// Host would be smuggled into one.
    private static func nameEnd(_ text: UnsafeRawBufferPointer) -> Int? {
        let table = nameBytes.utf8Start
        var at = 0
        while at < text.count, table[Int(text[at])] != Byte.space { at &+= 1 }
        return at == text.count || text[at] == Byte.colon ? at : nil
    }

    /// For each byte: itself when a name may hold it, else a space.
    private static var nameBytes: StaticString {
        """
                                         !  $%&'()*+ -. 0123456789 ; =  \
         ABCDEFGHIJKLMNOPQRSTUVWXYZ    _ abcdefghijklmnopqrstuvwxyz   ~ \
                                                                        \
                                                                       \u{20}
        """
    }
}
