/// What matters to us of a request's head.
struct RequestHead: Equatable {
    enum Body: Equatable {
        case length(Int)
        case chunked
    }

    var method = ""
    var target = ""
    var body = Body.length(0)
    var keepsAlive = true
    var expectsContinue = false

    /// Parses the lines of a head without its empty line; `nil` when they are not HTTP/1.
    init?(_ bytes: ArraySlice<UInt8>) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
        guard let first = lines.popFirst() else { return nil }
        let words = RequestHead.text(first).split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
        method = String(words[0])
        target = String(words[1])
        keepsAlive = words[2] != "HTTP/1.0"
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = RequestHead.text(line[(colon + 1)...])
            guard take(RequestHead.text(line[..<colon]).lowercased(), value) else { return nil }
        }
    }

    /// The target without its query.
    var path: Substring {
        target.prefix { $0 != "?" }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "content-length":
            guard let length = Int(value), length >= 0 else { return false }
            if body != .chunked { body = .length(length) }
        case "transfer-encoding":
            guard value.lowercased() == "chunked" else { return false }
            body = .chunked
        case "connection":
            let options = value.lowercased()
            if options.contains("close") { keepsAlive = false }
            if options.contains("keep-alive") { keepsAlive = true }
        case "expect":
            expectsContinue = value.lowercased() == "100-continue"
        default:
            break
        }
        return true
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
