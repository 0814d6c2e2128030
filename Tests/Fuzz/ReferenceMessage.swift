/// A message as a second reader sees it: small, slow, and sharing nothing with the balancer's own.
///
/// It judges little. What matters is that it finds the same lines, the same fields and the same
/// end wherever the balancer found any.
struct ReferenceMessage {
    let start: [[UInt8]]
    let fields: [(name: String, value: [UInt8])]
    let body: [UInt8]
    /// Bytes that the message takes.
    let length: Int

    /// Whether a message with this start line and these fields has a body.
    typealias Rule = (_ start: [[UInt8]]) -> Bool

    /// `nil` when no whole message stands at the start of `bytes`.
    ///
    /// `hasBody` may say that there is none whatever the fields say; `endsWithBytes` that one
    /// without framing goes to the end.
    init?(
        _ bytes: [UInt8], endsWithBytes: Bool = false, hasBody: Rule = { _ in true }
    ) {
        var rest = bytes[...]
        if rest.starts(with: [13, 10]) { rest = rest.dropFirst(2) }
        guard let first = ReferenceMessage.takeLine(&rest) else { return nil }
        start = first.split(separator: 32, maxSplits: 2, omittingEmptySubsequences: false)
            .map { Array($0) }
        guard let fields = ReferenceMessage.takeFields(&rest) else { return nil }
        self.fields = fields
        let codings = fields.filter { $0.name == "transfer-encoding" }
        let lengths = fields.filter { $0.name == "content-length" }
        if !hasBody(start) {
            body = []
        } else if let coding = codings.first {
            guard codings.count == 1, lengths.isEmpty,
                String(decoding: coding.value, as: UTF8.self).lowercased() == "chunked",
                let body = ReferenceMessage.takeChunks(&rest)
            else { return nil }
            self.body = body
        } else if let text = lengths.first {
            guard lengths.count == 1, let count = Int(String(decoding: text.value, as: UTF8.self)),
                count >= 0, rest.count >= count
            else { return nil }
            body = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        } else if endsWithBytes {
            body = Array(rest)
            rest = []
        } else {
            body = []
        }
        length = bytes.count - rest.count
    }

    func values(of name: String) -> [[UInt8]] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// The names that the Connection fields hold.
    var nominated: Set<String> {
        Set(
            values(of: "connection").flatMap { $0.split(separator: 44) }
                .map { String(decoding: ReferenceMessage.trimmed($0), as: UTF8.self).lowercased() })
    }

    /// The fields that a proxy has no reason to touch, as `name: value`.
    func endToEnd(except names: Set<String>) -> [String] {
        fields.filter { !names.contains($0.name) }
            .map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
    }

    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstRange(of: [13, 10]) else { return nil }
        let line = rest[..<end.lowerBound]
        rest = rest[end.upperBound...]
        return line
    }

    private static func takeFields(
        _ rest: inout ArraySlice<UInt8>
    ) -> [(name: String, value: [UInt8])]? {
        var fields: [(name: String, value: [UInt8])] = []
        while let line = takeLine(&rest) {
            if line.isEmpty { return fields }
            guard let colon = line.firstIndex(of: 58) else { return nil }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            fields.append((name, trimmed(line[(colon + 1)...])))
        }
        return nil
    }

    private static func takeChunks(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var body: [UInt8] = []
        while let line = takeLine(&rest) {
            let digits = String(decoding: line.prefix { $0 != 59 }, as: UTF8.self)
            guard let size = Int(digits, radix: 16), size >= 0 else { return nil }
            if size == 0 { return takeFields(&rest) == nil ? nil : body }
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard rest.starts(with: [13, 10]) else { return nil }
            rest = rest.dropFirst(2)
        }
        return nil
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Array(bytes)
    }
}
