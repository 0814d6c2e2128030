import Expressions
import Model
import Routing

extension FuzzTarget {
    /// Rules, one a line, then an empty line and a request: the index must find the same rule as
    /// trying one after the other, each in a table of its own.
    static let rules = FuzzTarget(
        "rules",
        seeds: [
            "h=a.org\nh=*.org p=/a/*\np=/a/b\np=/*\n\nGET /a/b HTTP/1.1\r\nHost: a.org\r\n\r\n",
            "m=GET,PUT f=x:y*\nq=a:b,c:*\nq=*:b\ns=10.0.0.0/8\n\n"
                + "PUT /?c&a=B HTTP/1.1\r\nHost: b\r\nX: Yz\r\nx: y\r\n\r\n",
            "P=^/a+$\nH=b p=/?\nF=x:[0-9]\nf=x:1 f=y:2\n\n"
                + "GET http://b? HTTP/1.1\r\nHost: b\r\nX: 1\r\nY: 2\r\n\r\n",
            (1...9).map { "p=/\($0)/*,/x\($0)*y q=k:\($0)\n" }.joined()
                + "\nGET /7/?k=7&k=8 HTTP/1.1\r\nHost: a\r\n\r\n",
        ],
        check: { bytes in
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            guard let end = lines.firstIndex(where: \.isEmpty) else { return }
            let rules = lines[..<end].prefix(rulesMax).enumerated().compactMap { index, line in
                rule(String(decoding: line, as: UTF8.self), priority: index + 1)
            }
            let request = Array(lines[(end + 1)...].joined(separator: [UInt8(ascii: "\n")]))
            guard !rules.isEmpty, let all = table(of: rules),
                let found = FuzzedRequest.match(all, request)
            else { return }
            let first = rules.firstIndex { rule in
                table(of: [rule]).flatMap { FuzzedRequest.match($0, request) } == 0
            }
            precondition(found == first ?? rules.count)
        })

    private static let rulesMax = 24

    /// `nil` where no table would take it.
    private static func rule(_ line: String, priority: Int) -> Rule? {
        let rule = Rule(
            name: "r", listener: "http", priority: priority,
            conditions: line.split(separator: " ").compactMap(condition),
            action: .fixedResponse(statusCode: 200, contentType: "text/plain", body: ""))
        return table(of: [rule]) == nil ? nil : rule
    }

    private static func condition(_ text: Substring) -> RuleCondition? {
        let values = text.dropFirst(2).split(separator: ",").map(String.init)
        let name = values.first.map { String($0.prefix { $0 != ":" }) } ?? ""
        let named = values.map { String($0.drop { $0 != ":" }.dropFirst()) }
        switch text.prefix(2) {
        case "h=": return .hostHeader(values)
        case "H=": return .hostHeaderRegex(values)
        case "p=": return .pathPattern(values)
        case "P=": return .pathPatternRegex(values)
        case "m=": return .httpRequestMethod(values)
        case "s=": return .sourceIP(values)
        case "f=": return .httpHeader(name: name, values: named)
        case "F=": return .httpHeaderRegex(name: name, values: named)
        case "q=":
            return .queryString(
                zip(values, named).map { value, rest in
                    let key = value.prefix { $0 != ":" }
                    return QueryStringPair(key: key == "*" ? nil : String(key), value: rest)
                })
        default: return nil
        }
    }

    private static func table(of rules: [Rule]) -> RoutingTable? {
        FuzzedRequest.table(
            rules,
            defaultAction: .fixedResponse(
                statusCode: 404, contentType: "text/plain", body: ""))
    }
}

/// A request as rules see it.
enum FuzzedRequest {
    static func table(_ rules: [Rule], defaultAction: RuleAction) -> RoutingTable? {
        let listener = Listener(
            name: "http", loadBalancer: "web", address: "::", port: 80, rules: rules,
            defaultAction: defaultAction)
        return try? RoutingTable(
            LoadBalancerConfiguration(
                loadBalancer: "web", generation: 1, listeners: [listener],
                targetGroups: [TargetGroup(name: "a")]),
            expressions: .linear)
    }

    /// The rule that takes `request`; `nil` when it is no request.
    static func match(_ table: RoutingTable, _ request: [UInt8]) -> Int? {
        view(of: request) { table.listeners[0].index.firstRule(for: $0).rule }
    }

    static func view<Value>(of request: [UInt8], _ body: (RequestView) -> Value) -> Value? {
        var fields = [Field](repeating: Field(), count: HeadLimits().fieldsMax + 1)
        return request.withUnsafeBytes { bytes in
            fields.withUnsafeMutableBufferPointer { fields in
                guard let head = try? RequestHead.parse(bytes, into: fields) else { return nil }
                return body(
                    RequestView(
                        head: head,
                        fields: UnsafeBufferPointer(rebasing: fields[..<head.fieldCount]),
                        bytes: bytes, client: .v4(0x0A00_0001)))
            }
        }
    }
}
