import Model
import Store
import Testing

@testable import API

/// Listeners' rules as a file describes them.
@Suite struct ApplyRulesTests {
    private func apply(_ document: JSON, to harness: Harness) async throws -> JSON {
        try await harness.call(
            "ApplyConfiguration", ["configuration": document], target: TealService.table.target)
    }

    private func error(_ document: JSON) async throws -> (field: String, message: String) {
        let answer = try await Harness().answer(
            "ApplyConfiguration", ["configuration": document], target: TealService.table.target)
        #expect(answer.status == 400)
        return (answer.body["field"].text, answer.body["message"].text)
    }

    /// A document with one listener on port 80, whose only rule has `fields`.
    private static func document(
        rule fields: [String: JSON], limits: [String: JSON] = [:]
    ) -> JSON {
        let rule: [String: JSON] = ["name": "r", "priority": 1]
        let listener: JSON = [
            "name": "http", "port": 80,
            "rules": [.object(rule.merging(fields) { _, new in new })],
        ]
        return [
            "load_balancers": [
                ["name": "main", "rule_limits": .object(limits), "listeners": [listener]]
            ],
            "target_groups": [["name": "a"], ["name": "b"]],
        ]
    }

    @Test func everythingOfARuleIsKept() async throws {
        let harness = try await Harness()
        let document = ApplyRulesTests.document(
            rule: [
                "conditions": [
                    ["host_header_regex": ["^a"]], ["path_pattern_regex": ["^/b"]],
                    ["http_header_regex": ["name": "X", "values": ["c$"]]],
                ],
                "forward": [
                    ["target_group": "a", "weight": 500], ["target_group": "b", "weight": 500],
                ],
                "failover": true,
                "target_group_stickiness": ["enabled": true, "duration_seconds": 3600],
                "transforms": [
                    ["host_header_rewrite": ["regex": "a", "replacement": "b"]],
                    ["url_rewrite": ["regex": "(c)", "replacement": "$1"]],
                ],
            ], limits: ["rules": 1000])
        _ = try await apply(document, to: harness)
        let rule = try await harness.store.value(at: Key.rule("r"), as: Rule.self)?.value
        #expect(
            rule?.conditions == [
                .hostHeaderRegex(["^a"]), .pathPatternRegex(["^/b"]),
                .httpHeaderRegex(name: "X", values: ["c$"]),
            ])
        #expect(
            rule?.forwarding
                == ForwardOptions(failover: true, stickinessSeconds: 3600))
        #expect(
            rule?.transforms == [
                .hostHeaderRewrite(regex: "a", replacement: "b"),
                .urlRewrite(regex: "(c)", replacement: "$1"),
            ])
        let listener = try await harness.store.value(at: Key.listener("http"), as: Listener.self)
        #expect(listener?.value.ruleLimits?.rules == 1000)
        #expect(listener?.value.ruleLimits?.conditionValues == 5)
        #expect(try await apply(document, to: harness)["changes"] == [])
    }

    @Test func aRedirectMayBeGivenInParts() async throws {
        func location(_ parts: [String: JSON]) async throws -> String? {
            let harness = try await Harness()
            let redirect = parts.merging(["status_code": 301]) { _, new in new }
            let document = ApplyRulesTests.document(
                rule: [
                    "conditions": [["path_pattern": ["/*"]]], "redirect": .object(redirect),
                ])
            _ = try await apply(document, to: harness)
            let rule = try await harness.store.value(at: Key.rule("r"), as: Rule.self)?.value
            guard case .redirect(_, let location) = rule?.action else { return nil }
            return location
        }
        #expect(
            try await location(["protocol": "HTTPS", "port": "443"])
                == "https://#{host}:443/#{path}?#{query}")
        #expect(
            try await location(["host": "a.#{host}", "path": "/b/#{path}", "query": ""])
                == "#{protocol}://a.#{host}:#{port}/b/#{path}")
    }

    @Test(
        arguments: [
            (["conditions": [["host_header": ["shop"]]]], [:], "conditions[0].host_header[0]"),
            (
                ["conditions": [["path_pattern_regex": ["("]]]], [:],
                "conditions[0].path_pattern_regex[0]"
            ),
            (["conditions": [["source_ip": ["10.0.0.0"]]]], [:], "conditions[0].source_ip[0]"),
            (
                ["conditions": [["path_pattern": ["/a", "/b"]]]], ["condition_values": 1],
                "conditions"
            ),
            (["conditions": [["path_pattern": ["/*"]]]], ["wildcards": 0], "conditions"),
            (["transforms": [[:]]], [:], "transforms[0]"),
            (
                ["transforms": [["url_rewrite": ["regex": "a", "replacement": "$1"]]]], [:],
                "transforms[0].url_rewrite.replacement"
            ),
            (["forward": [["target_group": "c"]]], [:], "forward"),
            (
                [
                    "forward": .null, "failover": true,
                    "fixed_response": ["status_code": 200],
                ], [:], "failover"
            ),
            (
                [
                    "forward": .null, "target_group_stickiness": ["enabled": false],
                    "fixed_response": ["status_code": 200],
                ], [:], "target_group_stickiness"
            ),
            (
                ["target_group_stickiness": ["enabled": true]], [:],
                "target_group_stickiness.duration_seconds"
            ),
            (
                ["target_group_stickiness": ["enabled": true, "duration_seconds": 604_801]], [:],
                "target_group_stickiness.duration_seconds"
            ),
            (
                ["forward": .null, "redirect": ["status_code": 301, "path": "/#{path}"]], [:],
                "redirect.location"
            ),
            (
                ["forward": .null, "redirect": ["status_code": 301, "path": "a"]], [:],
                "redirect.path"
            ),
            (
                [
                    "forward": .null,
                    "redirect": ["status_code": 301, "path": "/a", "location": "/b"],
                ], [:], "redirect.location"
            ),
            (
                [
                    "forward": .null,
                    "fixed_response": ["status_code": 200, "content_type": "image/png"],
                ], [:], "fixed_response.content_type"
            ),
        ] as [([String: JSON], [String: JSON], String)])
    func mistakesOfRulesAreNamed(
        rule: [String: JSON], limits: [String: JSON], field: String
    ) async throws {
        let usual: [String: JSON] = [
            "conditions": [["path_pattern": ["/a"]]], "forward": [["target_group": "a"]],
        ]
        let document = ApplyRulesTests.document(
            rule: usual.merging(rule) { _, new in new }, limits: limits)
        let error = try await error(document)
        #expect(error.field == "load_balancers[0].listeners[0].rules[0].\(field)")
    }

    @Test func limitsOutOfRangeAreNamed() async throws {
        let document = ApplyRulesTests.document(
            rule: ["conditions": [["path_pattern": ["/a"]]], "forward": [["target_group": "a"]]],
            limits: ["condition_values": 1001])
        let error = try await error(document)
        #expect(error.field == "load_balancers[0].rule_limits.condition_values")
        #expect(error.message.contains("1 to 1000"))
    }

    @Test func twoRulesMaySwapTheirPriorities() async throws {
        let harness = try await Harness()
        func document(_ first: Int, _ second: Int) -> JSON {
            let rules = [("a", first), ("b", second)].map { name, priority -> JSON in
                [
                    "name": .string(name), "priority": .integer(Int64(priority)),
                    "conditions": [["path_pattern": ["/*"]]],
                    "fixed_response": ["status_code": 200],
                ]
            }
            let listener: JSON = ["name": "http", "port": 80, "rules": .array(rules)]
            return ["load_balancers": [["name": "main", "listeners": [listener]]]]
        }
        _ = try await apply(document(1, 2), to: harness)
        #expect(try await apply(document(2, 1), to: harness)["changes"].elements.count == 2)
        let rule = try await harness.store.value(at: Key.rule("a"), as: Rule.self)?.value
        #expect(rule?.priority == 2)
    }

    @Test func rulesAreToldInTheirOrder() async throws {
        let harness = try await Harness()
        let document = ApplyRulesTests.document(
            rule: [
                "conditions": [
                    ["query_string": [["key": "a", "value": "b"], ["value": "c"]]],
                    ["http_header_regex": ["name": "X", "values": ["^y"]]],
                ],
                "forward": [["target_group": "a"]], "failover": true,
                "transforms": [["url_rewrite": ["regex": "d", "replacement": "e"]]],
            ])
        _ = try await apply(document, to: harness)
        let answer = try await harness.call(
            "DescribeRules", ["listener": "http"], target: TealService.table.target)
        let rules = answer["listeners"][0]["rules"]
        #expect(rules[0]["priority"] == "1")
        #expect(rules[0]["conditions"][0]["values"] == ["a=b", "c"])
        #expect(rules[0]["conditions"][1]["field"] == "http-header")
        #expect(rules[0]["conditions"][1]["regexValues"] == ["^y"])
        #expect(rules[0]["action"]["targetGroups"][0]["weight"] == 1000)
        #expect(rules[0]["action"]["failover"] == true)
        #expect(rules[0]["transforms"][0]["type"] == "url-rewrite")
        #expect(rules[1]["priority"] == "default")
        #expect(rules[1]["action"]["type"] == "fixed-response")
        let unknown = try await harness.answer(
            "DescribeRules", ["listener": "x"], target: TealService.table.target)
        #expect(unknown.body["__type"] == "ListenerNotFoundException")
    }
}
