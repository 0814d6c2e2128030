import API
import Foundation
import Model
import Testing

@testable import teal

struct StandaloneFileTests {
    private let good = """
        listeners:
          - {name: http, port: 8080, default_action: {forward: [{target_group: web}]}}
        target_groups:
          - {name: web, targets: ["127.0.0.1:9001", "web.example:80", "web.default.teal"]}
        """

    @Test("A few lines are a balancer: the settings of a load balancer stand at the top")
    func quickStart() throws {
        let file = try StandaloneFile(text: "idle_timeout: 5s\n" + good, path: "b.yaml")
        let targets = [TargetGroupName("web"): [Target(at: .v4(0x7F00_0001), port: 9001)]]
        let configuration = file.configuration.configuration(generation: 7, targets: targets)
        #expect(configuration.generation == 7)
        #expect(configuration.listeners.map(\.port) == [8080])
        #expect(configuration.listeners.first?.idleTimeoutSeconds == 5)
        #expect(configuration.targetGroups.first?.targets.map(\.id.text) == ["127.0.0.1:9001"])
        #expect(
            file.configuration.targets["web"] == [
                .address(.v4(0x7F00_0001), port: 9001), .host("web.example", port: 80),
                .service("web.default.teal"),
            ])
    }

    @Test("It may say where its state lives")
    func data() throws {
        let file = try StandaloneFile(text: "teal: {data: /srv/teal}\n" + good, path: "b.yaml")
        let folder = DataFolder(option: file.settings.data)
        #expect(folder.balancer == "/srv/teal/balancer")
    }

    @Test(
        "What is wrong is said with its line and field",
        arguments: [
            ("listeners: []\n", "b.yaml:1: listeners must have"),
            ("listeners:\n  - {name: h, port: 0}\n", "b.yaml:2: listeners[0].port"),
            ("listeners:\n  - {name: h, prt: 1}\n", "b.yaml:2: listeners[0]"),
            ("services: []\nlisteners: []\n", "b.yaml:1: services is not"),
            ("target_groups: web\n", "b.yaml:1: target_groups must be a list"),
            (
                "target_groups:\n  - name: w\n    targets: [a b]\n",
                "b.yaml:3: target_groups[0].targets[0]"
            ),
            (
                "target_groups:\n  - name: w\n    targets: [\"h:1\", \"h:1\"]\n",
                "b.yaml:3: target_groups[0].targets[1] is there twice"
            ),
            ("teal:\n  api: 8400\n", "b.yaml:2: teal.api is no setting"),
            ("teal:\n  resolver: x\n", "b.yaml:2: teal.resolver"),
            ("- a\n", "b.yaml:1: the file must be a mapping"),
        ])
    func errors(text: String, expected: String) {
        let failure = #expect(throws: Failure.self) {
            try StandaloneFile(text: text, path: "b.yaml")
        }
        #expect(failure?.problem.hasPrefix(expected) == true, "\(failure?.problem ?? "")")
    }

    @Test("The file that is shipped is right")
    func shipped() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = try StandaloneFile(path: root.path + "/config/balancer.yaml")
        #expect(file.configuration.targets["web"]?.count == 2)
    }

    @Test(
        "A target is an address, a host or a service; all else is refused",
        arguments: [
            ("10.0.0.1:80", TargetSource.address(.v4(0x0A00_0001), port: 80)),
            ("[::1]:80", .address(.v6(high: 0, low: 1), port: 80)),
            ("localhost:80", .address(.v4(0x7F00_0001), port: 80)),
            ("_http._tcp.web.example", .service("_http._tcp.web.example")),
            ("10.0.0.1", nil), ("10.0.0.1:0", nil), ("10.0.0.1:65536", nil), ("::1:80", nil),
            ("[10.0.0.1:80", nil), ("a..b:80", nil), ("", nil), (":80", nil), ("a b:80", nil),
            ("1.2.3.256:80", nil),
        ])
    func sources(text: String, expected: TargetSource?) {
        #expect(TargetSource(text) == expected)
    }

    @Test("Without a setting the system's first name server is asked")
    func nameServer() throws {
        let text = "# x\nsearch example\nnameserver 10.1.1.1\nnameserver 10.1.1.2\n"
        #expect("\(Settings().nameServer(resolvConf: text))" == "10.1.1.1:53")
        #expect("\(Settings().nameServer(resolvConf: nil))" == "127.0.0.1:53")
        let settings = try Settings(document: ["resolver": "[::1]:5353"])
        #expect("\(settings.nameServer(resolvConf: text))" == "[::1]:5353")
    }
}
