import Model

@testable import Agent

/// Tasks and containers for tests, with as little said as possible.
enum Sample {
    static let instance: ContainerInstanceID = "0123456789abcdef0123456789abcdef"

    static func container(
        _ name: String = "web", essential: Bool = true, dependsOn: [(String, String)] = [],
        _ change: (inout ContainerDefinition) -> Void = { _ in }
    ) -> ContainerDefinition {
        var container = ContainerDefinition(name: name, image: ContainerDefinition.hostImage)
        container.essential = essential
        container.dependsOn = dependsOn.map {
            ContainerDependency(containerName: $0.0, condition: $0.1)
        }
        change(&container)
        return container
    }

    /// A container that runs one line of shell.
    static func shell(
        _ line: String, name: String = "web",
        _ change: (inout ContainerDefinition) -> Void = { _ in }
    ) -> ContainerDefinition {
        container(name) { container in
            container.entryPoint = ["/bin/sh", "-c"]
            container.command = [line]
            change(&container)
        }
    }

    /// A container that does `first` and then nothing, until a SIGTERM makes it do `last`.
    static func waiter(
        _ first: String, onTerm last: String,
        _ change: (inout ContainerDefinition) -> Void = { _ in }
    ) -> ContainerDefinition {
        shell(
            "trap '\(last)' TERM; \(first); while :; do sleep 1 & wait; done", name: "web", change)
    }

    static func task(
        _ containers: [ContainerDefinition], id: TaskID = "0000000000000000000000000000000a",
        on instance: ContainerInstanceID = Sample.instance
    ) -> Task {
        let definition = TaskDefinition(
            family: "web", revision: 3,
            taskDefinitionArn: Realm.local.taskDefinition(family: "web", revision: 3),
            containerDefinitions: containers, registeredAt: .zero)
        var task = Task(
            id: id, arn: Realm.local.task(id, in: Cluster.default), cluster: Cluster.default,
            taskDefinition: definition, group: "service:web", createdAt: .zero)
        task.service = "web"
        task.containerInstance = instance
        return task
    }

    static func life(_ containers: ContainerDefinition...) -> TaskLife {
        TaskLife(task(containers), on: instance, networkBindings: [:])
    }
}

extension Instant {
    static func at(_ seconds: Int) -> Instant { .zero.advanced(seconds: seconds) }
}
