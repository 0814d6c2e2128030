import Model

/// Rules and requests made of so few words that they meet often.
struct RandomRules {
    var generator: Generator

    init(seed: UInt64) {
        generator = Generator(seed: seed)
    }

    private static let words = ["a", "b", "ab", "ba", "aab"]
    private static let names = ["x-one", "X-Two", "accept"]

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int(generator.next() % UInt64(values.count))]
    }

    private mutating func chance(_ percent: UInt64) -> Bool {
        generator.next() % 100 < percent
    }

    private mutating func list<Value>(
        _ most: UInt64, _ make: (inout RandomRules) -> Value
    ) -> [Value] {
        (0..<(1 + generator.next() % most)).map { _ in make(&self) }
    }

    private mutating func word() -> String { pick(RandomRules.words) }

    /// A word, or one with wildcards in it.
    private mutating func pattern() -> String {
        switch generator.next() % 8 {
        case 0...2: word()
        case 3: "*" + word()
        case 4: word() + "*"
        case 5: word() + "?" + word()
        case 6: word() + "*" + word()
        default: "*"
        }
    }

    private mutating func path(_ make: (inout RandomRules) -> String) -> String {
        chance(10) ? make(&self) : "/" + list(3, make).joined(separator: "/")
    }

    private mutating func address() -> String {
        chance(30)
            ? "2001:db8:\(generator.next() % 2)::\(generator.next() % 3)"
            : "10.\(generator.next() % 2).\(generator.next() % 3).\(generator.next() % 3)"
    }

    private mutating func condition(_ kind: Int) -> RuleCondition {
        switch kind {
        case 0:
            .hostHeader(list(2) { rules in rules.pattern() + "." + rules.pick(["org", "com"]) })
        case 1: .pathPattern(list(2) { rules in rules.path { $0.pattern() } })
        case 2: .httpRequestMethod(list(2) { $0.pick(["GET", "PUT", "X-Y"]) })
        case 3:
            .sourceIP(
                list(2) { rules in
                    let address = rules.address()
                    let bits =
                        address.contains(":") ? [0, 33, 48, 127, 128] : [0, 7, 8, 23, 30, 32]
                    return "\(address)/\(rules.pick(bits))"
                })
        case 4: .httpHeader(name: pick(RandomRules.names), values: list(2) { $0.pattern() })
        case 5:
            .queryString(
                list(2) { rules in
                    QueryStringPair(
                        key: rules.chance(20) ? nil : rules.pattern(), value: rules.pattern())
                })
        case 6: .pathPatternRegex(list(2) { $0.word() })
        case 7: .hostHeaderRegex(list(2) { $0.word() })
        default: .httpHeaderRegex(name: pick(RandomRules.names), values: list(2) { $0.word() })
        }
    }

    /// `count` rules in the order of their priorities.
    mutating func rules(_ count: Int) -> [Rule] {
        (1...count).map { priority in
            var conditions: [RuleCondition] = []
            // Of the first kinds a rule has one at most, and either patterns or expressions.
            for kind in 0..<4 where chance(35) { conditions.append(condition(kind)) }
            if !conditions.contains(where: \.isAboutPath), chance(10) {
                conditions.append(condition(6))
            }
            if !conditions.contains(where: \.isAboutHost), chance(5) {
                conditions.append(condition(7))
            }
            for kind in [4, 4, 5, 5, 8] where chance(12) { conditions.append(condition(kind)) }
            if conditions.isEmpty { conditions = [condition(1)] }
            return Rule(
                name: Identifier("r\(priority)"), listener: "http", priority: priority,
                conditions: conditions,
                action: .fixedResponse(statusCode: 200, contentType: "text/plain", body: ""))
        }
    }

    mutating func request() -> NaiveRules.Request {
        var request = NaiveRules.Request()
        request.method = pick(["GET", "PUT", "X-Y", "POST"])
        request.host =
            list(2) { $0.word() }.joined(separator: ".") + pick([".org", ".ORG", ".com"])
        request.path = "/" + list(3) { $0.word() }.joined(separator: "/")
        request.client = address()
        for _ in 0..<(generator.next() % 4) {
            request.fields.append((pick(RandomRules.names + ["X-ONE"]), word()))
        }
        for _ in 0..<(generator.next() % 4) {
            request.query.append((word(), chance(20) ? "" : word()))
        }
        return request
    }
}

extension RuleCondition {
    fileprivate var isAboutPath: Bool {
        switch self {
        case .pathPattern: true
        default: false
        }
    }

    fileprivate var isAboutHost: Bool {
        switch self {
        case .hostHeader: true
        default: false
        }
    }
}
