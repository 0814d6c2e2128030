import Model
import Testing

@testable import Agent

@Suite struct ContainerOrderTests {
    private let surroundings = Surroundings(
        cluster: Cluster.default, path: "/opt/teal:/bin",
        inherited: [KeyValuePair(name: "LANG", value: "C")])

    private func order(
        bindings: [NetworkBinding] = [], overrides: [ContainerOverride] = [],
        _ change: (inout ContainerDefinition) -> Void
    ) throws -> ContainerOrder {
        var task = Sample.task([Sample.container("web", change)])
        task.overrides.containerOverrides = overrides
        let life = TaskLife(task, on: Sample.instance, networkBindings: ["web": bindings])
        return ContainerOrder(try #require(life.containers.first), of: task, in: surroundings)
    }

    private func value(_ name: String, in order: ContainerOrder) -> String? {
        order.environment.first { $0.name == name }?.value
    }

    @Test func theEnvironmentNamesTheTask() throws {
        let order = try order { $0.environment = [KeyValuePair(name: "LANG", value: "de")] }
        #expect(value("PATH", in: order) == "/opt/teal:/bin")
        #expect(value("LANG", in: order) == "de")
        #expect(value("TEAL_SERVICE", in: order) == "web")
        #expect(value("TEAL_TASK_DEFINITION", in: order) == "web:3")
        #expect(value("ECS_TASK_ARN", in: order)?.hasSuffix("000a") == true)
        #expect(order.environment.map(\.name) == order.environment.map(\.name).sorted())
    }

    @Test func thePickedPortsWin() throws {
        let order = try order(
            bindings: [
                NetworkBinding(bindIP: "0.0.0.0", containerPort: 80, hostPort: 20_001),
                NetworkBinding(bindIP: "0.0.0.0", containerPort: 9090, hostPort: 20_002),
            ]
        ) { $0.environment = [KeyValuePair(name: "PORT", value: "8000")] }
        #expect(value("PORT", in: order) == "20001")
        #expect(value("PORT_80", in: order) == "20001")
        #expect(value("PORT_9090", in: order) == "20002")
    }

    @Test func overridesReplaceTheCommandAndWinByName() throws {
        var override = ContainerOverride(name: "web")
        override.command = ["serve", "-v"]
        override.environment = [KeyValuePair(name: "VERSION", value: "2")]
        var other = ContainerOverride(name: "db")
        other.command = ["nothing"]
        let order = try order(overrides: [other, override]) { container in
            container.entryPoint = ["app"]
            container.command = ["serve"]
            container.environment = [
                KeyValuePair(name: "VERSION", value: "1"), KeyValuePair(name: "A", value: "b"),
            ]
        }
        #expect(order.arguments == ["app", "serve", "-v"])
        #expect(value("VERSION", in: order) == "2")
        #expect(value("A", in: order) == "b")
    }

    @Test func ulimitsAreReadFromWhatWasKept() throws {
        let order = try order { container in
            container.echoed["ulimits"] = .array([
                .object([
                    "name": .string("nofile"), "softLimit": .integer(100),
                    "hardLimit": .integer(200),
                ]),
                .object(["name": .string("broken")]),
            ])
        }
        #expect(order.ulimits == ["nofile=100:200"])
    }

    @Test(arguments: [
        (["web"], nil), (["a/b"], "container name"), ([".."], "container name"),
        (["task.json"], "container name"), ([""], "container name"),
        (["web", "web"], "two containers named web"), ([], "at least one container"),
        ([String(repeating: "x", count: 256)], "container name"),
        ([String(repeating: "x", count: 255)], nil),
    ])
    func namesThatCannotBeFoldersAreRefused(names: [String], reason: String?) {
        let defect = Sample.task(names.map { Sample.container($0) }).defect
        #expect((defect == nil) == (reason == nil))
        if let reason { #expect(defect?.contains(reason) == true) }
    }
}
