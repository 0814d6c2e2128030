import Model

/// What rules mean, written down as plainly as can be: each is tried in turn, on texts.
enum NaiveRules {
    struct Request {
        var method = "GET"
        var host = "a.org"
        var path = "/"
        var query: [(key: String, value: String)] = []
        var fields: [(name: String, value: String)] = []
        var client = "192.0.2.7"

        var text: String {
            var text = "\(method) \(path)"
            if !query.isEmpty {
                text += "?" + query.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            }
            text += " HTTP/1.1\r\nHost: \(host)\r\n"
            for field in fields { text += "\(field.name): \(field.value)\r\n" }
            return text + "\r\n"
        }
    }

    /// The first of `rules`, which are in the order of their priorities, that takes `request`.
    static func first(of rules: [Rule], for request: Request) -> Int {
        rules.firstIndex { rule in rule.conditions.allSatisfy { holds($0, request) } }
            ?? rules.count
    }

    private static func holds(_ condition: RuleCondition, _ request: Request) -> Bool {
        switch condition {
        case .hostHeader(let values):
            values.contains { matches($0.lowercased(), request.host.lowercased()) }
        case .pathPattern(let values): values.contains { matches($0, request.path) }
        case .httpRequestMethod(let values): values.contains(request.method)
        case .httpHeader(let name, let values):
            request.fields.contains { field in
                field.name.lowercased() == name.lowercased()
                    && values.contains { matches($0.lowercased(), field.value.lowercased()) }
            }
        case .queryString(let pairs):
            request.query.contains { parameter in
                pairs.contains { pair in
                    matches((pair.key ?? "*").lowercased(), parameter.key.lowercased())
                        && matches(pair.value.lowercased(), parameter.value.lowercased())
                }
            }
        case .sourceIP(let values): values.contains { contains($0, request.client) }
        case .hostHeaderRegex(let values): values.contains { request.host.contains($0) }
        case .pathPatternRegex(let values): values.contains { request.path.contains($0) }
        case .httpHeaderRegex(let name, let values):
            request.fields.contains { field in
                field.name.lowercased() == name.lowercased()
                    && values.contains { field.value.contains($0) }
            }
        }
    }

    /// By dynamic programming over both texts, which cannot go wrong about what to try again.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let text = Array(text.utf8)
        var row = [Bool](repeating: false, count: text.count + 1)
        row[0] = true
        for byte in pattern.utf8 {
            var next = [Bool](repeating: false, count: text.count + 1)
            for end in 0...text.count {
                switch byte {
                case UInt8(ascii: "*"): next[end] = row[end] || (end > 0 && next[end - 1])
                case UInt8(ascii: "?"): next[end] = end > 0 && row[end - 1]
                default: next[end] = end > 0 && row[end - 1] && text[end - 1] == byte
                }
            }
            row = next
        }
        return row[text.count]
    }

    /// Compares the two addresses bit by bit, as text.
    private static func contains(_ block: String, _ client: String) -> Bool {
        let parts = block.split(separator: "/")
        guard let wanted = bits(String(parts[0])), let given = bits(client),
            wanted.count == given.count, let prefix = Int(parts[1])
        else { return false }
        return wanted.prefix(prefix) == given.prefix(prefix)
    }

    private static func bits(_ text: String) -> String? {
        switch IPAddress(text) {
        case .v4(let number): padded(UInt64(number), 32)
        case .v6(let high, let low): padded(high, 64) + padded(low, 64)
        case nil: nil
        }
    }

    private static func padded(_ number: UInt64, _ count: Int) -> String {
        let digits = String(number, radix: 2)
        return String(repeating: "0", count: count - digits.count) + digits
    }
}
