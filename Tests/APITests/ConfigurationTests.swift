import Model
import Testing

@testable import API

/// Reading a document: what is understood, and what is said of the rest.
@Suite struct ConfigurationTests {
    private func error(_ document: JSON) -> FieldError? {
        do throws(FieldError) {
            _ = try Configuration(document: document)
            return nil
        } catch {
            return error
        }
    }

    @Test func everySettingIsRead() throws {
        let document: JSON = [
            "load_balancers": [
                [
                    "name": "main", "idle_timeout": "30s", "client_keep_alive": "1h",
                    "listeners": [
                        [
                            "name": "http", "address": "::", "port": 80,
                            "default_action": ["redirect": ["status_code": 301, "location": "/x"]],
                            "rules": [
                                [
                                    "priority": 1, "name": "a",
                                    "conditions": [
                                        ["host_header": ["a"]], ["path_pattern": ["/a"]],
                                        ["http_header": ["name": "A", "values": ["1"]]],
                                        ["http_request_method": ["GET"]],
                                        ["query_string": [["key": "a", "value": "b"]]],
                                        ["source_ip": ["10.0.0.0/8"]],
                                    ],
                                    "forward": [["target_group": "g", "weight": 1000]],
                                ]
                            ],
                        ]
                    ],
                ]
            ],
            "services": [["name": "a", "environment": ["V": 1, "D": true, "T": "x"]]],
        ]
        let configuration = try Configuration(document: document)
        let listener = configuration.loadBalancers?[0].listeners?[0]
        #expect(listener?.rules?[0].conditions.count == 6)
        #expect(configuration.services?[0].environment == ["V": "1", "D": "true", "T": "x"])
    }

    @Test func aKeyThatNothingKnowsIsNamed() {
        #expect(error(["service": []])?.field == "service")
        let typo: JSON = ["services": [["name": "a"], ["name": "b", "desired_cuont": 2]]]
        #expect(error(typo)?.field == "services[1].desired_cuont")
    }

    @Test(
        arguments: [
            (["services": [["name": 5]]], "services[0].name must be text"),
            (["services": [[:]]], "services[0].name is missing"),
            (["services": ["name": "a"]], "services must be a list"),
            (
                ["services": [["name": "a", "bake_time": "10"]]],
                "services[0].bake_time must be a time such as 500ms, 10s, 5m or 1h"
            ),
            (
                ["services": [["name": "a", "health_check": ["interval": 5]]]],
                "services[0].health_check.interval must be a time such as 500ms, 10s, 5m or 1h"
            ),
            (
                ["services": [["name": "a", "environment": ["V": .number(1.5)]]]],
                "services[0].environment.V must be text; put it in quotes"
            ),
        ] as [(JSON, String)])
    func aWrongValueIsNamed(document: JSON, message: String) {
        #expect(error(document)?.description == message)
    }

    @Test func noDocumentAtAllIsAnError() {
        #expect(error([]) != nil)
        #expect(error("services") != nil)
        #expect(error([:]) == nil)
    }
}
