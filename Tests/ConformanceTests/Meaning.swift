/// What messages say, however they are worded: for proxies whose bytes are their own affair.
///
/// Left out are the fields that each proxy words in its own way, and how a whole body is framed.
struct Meaning: Equatable {
    private struct Message: Equatable {
        var start: String
        var fields: [String]
        var body: [UInt8]
        var isWhole: Bool
        var isChunked: Bool
    }

    private var messages: [Message] = []

    private static let ownFields: Set<String> = [
        "connection", "content-length", "date", "host", "keep-alive", "server", "transfer-encoding",
        "via", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto",
        "x-real-ip",
    ]

    init(of bytes: [UInt8]) {
        var rest = bytes[...]
        while let message = Meaning.take(&rest) { messages.append(message) }
    }

    /// The status of the only response.
    var status: Int? {
        messages.first.flatMap { Int($0.start.drop { $0 == " " }) }
    }

    var isEmpty: Bool { messages.isEmpty }

    var isOneWholeResponse: Bool { messages.count == 1 && messages[0].isWhole }

    /// Whether all that `wanted` says is said, and nothing else.
    func holds(_ wanted: Meaning) -> Bool {
        guard messages.count == wanted.messages.count else { return false }
        return zip(messages, wanted.messages).allSatisfy { mine, other in
            mine.start == other.start && mine.fields == other.fields && mine.body == other.body
                && (mine.isWhole || !other.isWhole) && (!mine.isChunked || other.isChunked)
        }
    }

    private static func take(_ rest: inout ArraySlice<UInt8>) -> Message? {
        guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(
            separator: "\r\n")
        rest = rest[end.upperBound...]
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            fields.append((parts[0].lowercased(), String(value)))
        }
        let start = String(lines.first ?? "")
        var message = Message(
            start: isResponse(start) ? String(start.prefix(12).dropFirst(8)) : start,
            fields: fields.filter { !ownFields.contains($0.name) }
                .map { "\($0.name): \($0.value)" }.sorted(),
            body: [], isWhole: true, isChunked: false)
        takeBody(of: &message, fields, isResponse(start), &rest)
        return message
    }

    private static func isResponse(_ start: String) -> Bool { start.hasPrefix("HTTP/1.") }

    private static func takeBody(
        of message: inout Message, _ fields: [(name: String, value: String)], _ isResponse: Bool,
        _ rest: inout ArraySlice<UInt8>
    ) {
        if fields.contains(where: { $0.name == "transfer-encoding" }) {
            message.isChunked = true
            message.isWhole = takeChunks(into: &message.body, &rest)
        } else if let length = fields.first(where: { $0.name == "content-length" }) {
            let count = Int(length.value) ?? 0
            message.body = Array(rest.prefix(count))
            message.isWhole = rest.count >= count
            rest = rest.dropFirst(count)
        } else if isResponse, !message.start.hasPrefix(" 1"), message.start != " 204",
            message.start != " 304"
        {
            message.body = Array(rest)
            rest = []
        }
    }

    private static func takeChunks(
        into body: inout [UInt8], _ rest: inout ArraySlice<UInt8>
    ) -> Bool {
        while let end = rest.firstRange(of: Array("\r\n".utf8)) {
            let digits = rest[..<end.lowerBound].prefix { $0 != UInt8(ascii: ";") }
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
            rest = rest[end.upperBound...]
            if size == 0 {
                // Trailers are not looked at.
                let last = rest.firstRange(of: Array("\r\n".utf8))
                rest = rest[(last?.upperBound ?? rest.endIndex)...]
                return last != nil
            }
            body += rest.prefix(size)
            guard rest.count >= size + 2 else {
                rest = []
                return false
            }
            rest = rest.dropFirst(size + 2)
        }
        return false
    }
}
