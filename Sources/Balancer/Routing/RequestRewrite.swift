/// Changes the host and the URL of a request on its way to a target: ALB's rule transforms.
package struct RequestRewrite: Sendable {
    let host: Substitution?
    let url: Substitution?

    /// A request as it goes on: `head` lies in `bytes`, as it lay in those that came.
    package struct Result {
        package let head: RequestHead
        package let bytes: [UInt8]
    }

    /// `nil` when nothing is to be changed; throws `badRewrite` when what comes out is no host or
    /// no path.
    package func apply(to request: RequestView) throws(Failure) -> Result? {
        let host = self.host?.apply(to: request.host)
        let url = self.url.flatMap { RequestRewrite.url($0, request.head.target.of(request.bytes)) }
        guard host != nil || url != nil else { return nil }
        var head = request.head
        var bytes = Array(request.bytes[..<head.length])
        if let url {
            guard RequestRewrite.isTarget(url) else { throw .badRewrite }
            head.target = ByteRange(start: bytes.count, count: url.count)
            bytes += url
        }
        if let host {
            guard RequestRewrite.isHost(host) else { throw .badRewrite }
            let port = Array(head.port.of(request.bytes))
            head.host = ByteRange(start: bytes.count, count: host.count)
            bytes += host
            // Written as one with its port.
            bytes.append(Byte.colon)
            head.port = ByteRange(start: bytes.count, count: port.count)
            bytes += port
        }
        return Result(head: head, bytes: bytes)
    }

    /// A path that was left out counts as `/`; an asterisk is no path to be changed.
    private static func url(
        _ substitution: Substitution, _ target: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        switch target.first {
        case UInt8(ascii: "/"): substitution.apply(to: target)
        case nil, UInt8(ascii: "?"):
            (Array("/".utf8) + target).withUnsafeBytes { substitution.apply(to: $0) }
        default: nil
        }
    }

    /// The longest URL and host sent on.
    package static let urlBytesMax = 16 * 1024
    package static let hostBytesMax = 255

    private static func isTarget(_ url: [UInt8]) -> Bool {
        url.first == UInt8(ascii: "/") && url.count <= urlBytesMax
            && url.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }
    }

    private static func isHost(_ host: [UInt8]) -> Bool {
        host.count <= hostBytesMax
            && host.withUnsafeBytes { Authority($0)?.hostCount == host.count }
    }
}

/// A regular expression, and what takes the place of what it finds first.
struct Substitution: Sendable {
    private let expression: any RegularExpression
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case text([UInt8])
        case group(Int)
    }

    /// `nil` when `replacement` has a dollar sign without a digit or another one after it, or a
    /// group that `expression` does not have.
    init?(_ expression: any RegularExpression, replacement: String) {
        self.expression = expression
        var parts: [Part] = []
        var text: [UInt8] = []
        var isMarked = false
        for byte in replacement.utf8 {
            if isMarked {
                isMarked = false
                if byte == UInt8(ascii: "$") {
                    text.append(byte)
                    continue
                }
                let group = Int(byte &- UInt8(ascii: "0"))
                guard byte.isDigit, group <= expression.groupCount else { return nil }
                parts += [.text(text), .group(group)]
                text = []
            } else if byte == UInt8(ascii: "$") {
                isMarked = true
            } else {
                text.append(byte)
            }
        }
        guard !isMarked else { return nil }
        self.parts = parts + [.text(text)]
    }

    /// `nil` when the expression finds nothing.
    func apply(to text: UnsafeRawBufferPointer) -> [UInt8]? {
        var groups: [ByteRange] = []
        guard expression.find(in: text, groups: &groups), let match = groups.first else {
            return nil
        }
        var result = Array(text[..<Int(match.start)])
        for part in parts {
            switch part {
            case .text(let literal): result += literal
            case .group(let index):
                guard groups[index].start >= 0 else { continue }
                result += groups[index].of(text)
            }
        }
        result += text[match.end...]
        return result
    }
}
