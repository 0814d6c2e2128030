/// What a stickiness cookie says: which target a client's requests go to, and until when.
///
/// A target is named by a keyed hash, so that a cookie tells nobody what is behind the balancer,
/// and the whole is authenticated: a cookie that we did not write is none.
package struct StickyCookie: Hashable, Sendable, BitwiseCopyable {
    /// Of its value in text.
    package static let textBytes = 3 * Hexadecimal.digitsPerWord

    package let target: UInt64
    /// Seconds since 1970.
    private let expiry: UInt64
    private let signature: UInt64

    package init(target: UInt64, expiry: UInt64, key: SipKey) {
        self.target = target
        self.expiry = expiry
        signature = SipHash.hash(target, expiry, key: key)
    }

    /// `nil` when `text` is no value of ours, by its form or by its signature, or is no longer
    /// valid at `now`.
    package init?(_ text: UnsafeRawBufferPointer, key: SipKey, now: UInt64) {
        let digits = Hexadecimal.digitsPerWord
        guard text.count == StickyCookie.textBytes,
            let target = Hexadecimal.word(.init(rebasing: text[..<digits])),
            let expiry = Hexadecimal.word(.init(rebasing: text[digits..<(2 * digits)])),
            let signature = Hexadecimal.word(.init(rebasing: text[(2 * digits)...])),
            signature == SipHash.hash(target, expiry, key: key), now < expiry
        else { return nil }
        self.target = target
        self.expiry = expiry
        self.signature = signature
    }

    package func write(to writer: inout ByteWriter) {
        writer.append(word: target)
        writer.append(word: expiry)
        writer.append(word: signature)
    }

    /// The name that cookies have for a target of a group.
    package static func name(of target: String, in group: String, key: SipKey) -> UInt64 {
        Array("\(group)\n\(target)".utf8).withUnsafeBytes { SipHash.hash($0, key: key) }
    }

    /// Writes the two Set-Cookie fields of ALB: the second is for requests from other sites.
    /// `expires` is the date at which browsers forget them.
    package func writeFields(to writer: inout ByteWriter, expires: UnsafeRawBufferPointer) {
        writer.append("Set-Cookie: AWSALB=")
        write(to: &writer)
        writer.append("; Expires=")
        writer.append(expires)
        writer.append("; Path=/\r\nSet-Cookie: AWSALBCORS=")
        write(to: &writer)
        writer.append("; Expires=")
        writer.append(expires)
        writer.append("; Path=/; SameSite=None; Secure\r\n")
    }

    /// The longest that `writeFields` writes, with a date of 29 bytes.
    package static let fieldsBytesMax = 512
}
