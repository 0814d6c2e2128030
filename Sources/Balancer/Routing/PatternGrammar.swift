/// What ALB takes as the value of each kind of condition.
enum PatternGrammar {
    case host
    case path
    case fieldValue
    case method
    case query

    var ignoresCase: Bool {
        switch self {
        case .host, .fieldValue, .query: true
        case .path, .method: false
        }
    }

    /// What is wrong with `value`, if anything: the end of a sentence that begins with it.
    func problem(of value: String) -> String? {
        let bytes = value.utf8
        let max = self == .method ? RequestHead.methodBytesMax : ConfigurationLimits.patternBytesMax
        guard (1...max).contains(bytes.count) else { return "must have 1 to \(max) characters" }
        switch self {
        case .host: return hostProblem(bytes)
        case .path:
            return bytes.allSatisfy { $0.isLetter || $0.isDigit || PatternGrammar.inPaths($0) }
                ? nil : "may hold letters, digits and _-.$/~\"'@:+&*? only"
        case .fieldValue, .query:
            return bytes.allSatisfy { $0 >= 32 && $0 < 127 }
                ? nil : "may hold printable ASCII characters only"
        case .method:
            return bytes.allSatisfy {
                $0.isUppercaseLetter || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            } ? nil : "may hold the letters A to Z, hyphens and underscores only"
        }
    }

    private func hostProblem(_ bytes: String.UTF8View) -> String? {
        guard
            bytes.allSatisfy({
                $0.isLetter || $0.isDigit || PatternGrammar.inHosts($0)
            })
        else { return "may hold letters, digits, hyphens, dots, * and ? only" }
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else {
            return "must hold a dot; host_header_regex takes any host"
        }
        let last = bytes[bytes.index(after: dot)...]
        guard !last.isEmpty, last.allSatisfy(\.isLetter) else {
            return "must have nothing but letters after its last dot; "
                + "host_header_regex takes any host"
        }
        return nil
    }

    private static func inHosts(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "*"), UInt8(ascii: "?"): true
        default: false
        }
    }

    private static func inPaths(_ byte: UInt8) -> Bool {
        "_-.$/~\"'@:+&*?".utf8.contains(byte)
    }
}

extension UInt8 {
    var isUppercaseLetter: Bool { self &- UInt8(ascii: "A") < 26 }
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
