import API
import Foundation
import Model
import Naming
import Testing

@testable import teal

struct ConfigurationFileTests {
    @Test(
        "What is wrong is said with its line and field",
        arguments: [
            ("services:\n  - name: a\n    prot: 80\n", "f.yaml:3: services[0].prot"),
            ("services:\n  - name: a\n    port: many\n", "f.yaml:3: services[0].port"),
            (
                "target_groups:\n  - name: a\n    attributes:\n      rescue.enabled: perhaps\n",
                "f.yaml:4: target_groups[0].attributes.rescue.enabled must be true or false"
            ),
            (
                "target_groups:\n  - name: a\n    attributes:\n      rescue.on: true\n",
                "f.yaml:4: target_groups[0].attributes.rescue.on is not a setting"
            ),
            (
                "load_balancers:\n  - name: a\n    attributes:\n"
                    + "      routing.http.desync_mitigation_mode: lax\n",
                "f.yaml:4: load_balancers[0].attributes.routing.http.desync_mitigation_mode"
                    + " must be one of monitor, defensive, strictest"
            ),
            ("teal:\n  api: nowhere\n", "f.yaml:2: teal.api"),
            ("teal:\n  workers: 65\n", "f.yaml:2: teal.workers"),
            ("teal:\n  log_level: loud\n", "f.yaml:2: teal.log_level"),
            ("teal: 3\n", "f.yaml:1: teal"),
            ("- a\n- b\n", "f.yaml:1: the file must be a mapping"),
            ("1: x\n? [a]\n: y\n", "f.yaml:2: a key must be text"),
        ])
    func errors(text: String, expected: String) {
        let failure = #expect(throws: Failure.self) {
            try ConfigurationFile(text: text, path: "f.yaml")
        }
        #expect(failure?.problem.hasPrefix(expected) == true, "\(failure?.problem ?? "")")
    }

    @Test("Text that is not YAML, and a key given twice, are errors of the file")
    func syntax() {
        for text in ["services: [", "a: 1\na: 2\n"] {
            let failure = #expect(throws: Failure.self) {
                try ConfigurationFile(text: text, path: "f.yaml")
            }
            #expect(failure?.problem.hasPrefix("f.yaml: ") == true)
        }
    }

    @Test("The files that are shipped can be read", arguments: ["quickstart", "reference"])
    func shipped(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = try ConfigurationFile(path: root.path + "/config/\(name).yaml")
        #expect(file.configuration.services?.isEmpty == false)
    }

    @Test("A flag gives a listener another port, and must name one that exists")
    func listenerPort() throws {
        let text = "load_balancers:\n  - name: d\n    listeners: [{name: http, port: 80}]\n"
        let file = try ConfigurationFile(text: text, path: "f.yaml")
        let moved = try file.listening(on: ListenerPort.parse(["http=9090"]))
        #expect(moved.configuration.loadBalancers?.first?.listeners?.first?.port == 9090)
        #expect(throws: Failure.self) { try file.listening(on: ListenerPort.parse(["tls=443"])) }
        #expect(throws: (any Error).self) { try ListenerPort.parse(["http=0"]) }
    }

    @Test("Settings have defaults, and take a port alone or a host with it")
    func settings() throws {
        let text = "teal: {api: 9400, dns: \"[::1]:53\", workers: 3, log_level: debug}\n"
        let settings = try ConfigurationFile(text: text, path: "f.yaml").settings
        #expect(settings.api == SocketAddress(host: "127.0.0.1", port: 9400))
        #expect(settings.dns == SocketAddress(host: "::1", port: 53))
        #expect(settings.metrics == SocketAddress(host: "127.0.0.1", port: 8401))
        #expect("\(settings.dns)" == "[::1]:53")
        #expect(settings.workers == 3)
    }

    @Test("The name server has settings of its own, which the edge gets as flags")
    func nameServer() throws {
        let text = """
            teal:
              name_server: {workers: 2, answers: 100, all_unhealthy: nodata,
                            forwarders: [192.0.2.1], allow_transfer: [10.0.0.0/8]}
            """
        let settings = try ConfigurationFile(text: text, path: "f.yaml").settings.nameServer
        #expect(settings.workers == 2 && settings.allUnhealthy == .noData)
        let flags = settings.flags.joined(separator: " ")
        #expect(flags.contains("--dns-workers 2 --dns-answers 100"))
        #expect(
            flags.hasSuffix(
                "--dns-all-unhealthy nodata --dns-forwarder 192.0.2.1"
                    + " --dns-allow-transfer 10.0.0.0/8"))
        let wrong: [JSON] = [
            ["workers": 0], ["answers": 1001], ["responses_per_second": -1],
            ["all_unhealthy": "maybe"], ["forwarders": "192.0.2.1"], ["forwarders": [1]],
            ["allow_transfer": ["10.0.0.1"]], ["nothing": 1],
        ]
        for document in wrong {
            let error = #expect(throws: FieldError.self) {
                try NameServerSettings(document: document)
            }
            #expect(error?.field.hasPrefix("teal.name_server.") == true)
        }
    }
}
