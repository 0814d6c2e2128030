package import Model

/// What a stickiness cookie says: where a client's requests go, and until when.
///
/// A target is named by a keyed hash, so that a cookie tells nobody what is behind the balancer,
/// and the whole is authenticated: a cookie that we did not write is none.
package struct StickyCookie: Hashable, Sendable, BitwiseCopyable {
    /// Of its value in text.
    package static let textBytes = 3 * Hexadecimal.digitsPerWord

    /// A target's name, or a place on the scale of an action's weights.
    package let choice: UInt64
    /// Seconds since 1970.
    private let expiry: UInt64
    private let signature: UInt64

    package init(choice: UInt64, expiry: UInt64, key: SipKey) {
        self.choice = choice
        self.expiry = expiry
        signature = SipHash.hash(choice, expiry, key: key)
    }

    /// `nil` when `text` is no value of ours, by its form or by its signature, or is no longer
    /// valid at `now`.
    package init?(_ text: UnsafeRawBufferPointer, key: SipKey, now: UInt64) {
        let digits = Hexadecimal.digitsPerWord
        guard text.count == StickyCookie.textBytes,
            let choice = Hexadecimal.word(.init(rebasing: text[..<digits])),
            let expiry = Hexadecimal.word(.init(rebasing: text[digits..<(2 * digits)])),
            let signature = Hexadecimal.word(.init(rebasing: text[(2 * digits)...])),
            signature == SipHash.hash(choice, expiry, key: key), now < expiry
        else { return nil }
        self.choice = choice
        self.expiry = expiry
        self.signature = signature
    }

    package func write(to writer: inout ByteWriter) {
        writer.append(word: choice)
        writer.append(word: expiry)
        writer.append(word: signature)
    }

    /// The name that cookies have for a target of a group.
    package static func name(of target: String, in group: String, key: SipKey) -> UInt64 {
        Array("\(group)\n\(target)".utf8).withUnsafeBytes { SipHash.hash($0, key: key) }
    }

    /// What a cookie keeps a client with; each has names of its own.
    package enum Purpose: Sendable {
        case target
        /// A target, as long as the client has the application's own cookie too.
        case session
        case targetGroup

        fileprivate var name: StaticString {
            switch self {
            case .target: "AWSALB"
            case .session: "AWSALBAPP-0"
            case .targetGroup: "AWSALBTG"
            }
        }
    }

    /// Writes ALB's Set-Cookie fields: a second one, but for a session's, is for requests from
    /// other sites. `expires` is the date at which browsers forget them.
    package func writeFields(
        _ purpose: Purpose, to writer: inout ByteWriter, expires: UnsafeRawBufferPointer
    ) {
        writer.append("Set-Cookie: ")
        writer.append(purpose.name)
        writeRest(to: &writer, expires)
        writer.append("\r\n")
        guard purpose != .session else { return }
        writer.append("Set-Cookie: ")
        writer.append(purpose.name)
        writer.append("CORS")
        writeRest(to: &writer, expires)
        writer.append("; SameSite=None; Secure\r\n")
    }

    private func writeRest(to writer: inout ByteWriter, _ expires: UnsafeRawBufferPointer) {
        writer.append("=")
        write(to: &writer)
        writer.append("; Expires=")
        writer.append(expires)
        writer.append("; Path=/")
    }

    /// More than a response's fields of all purposes take, with a date of 29 bytes.
    package static let fieldsBytesMax = 1024
}
