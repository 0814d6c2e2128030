import ArgumentParser
import Foundation
import Model

/// `teal tasks`
struct Tasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List tasks: where each runs, which revision it is, and how it is.")

    @OptionGroup var options: ClientOptions

    @Option(help: "Only tasks of this service.")
    var service: String?

    @Flag(help: "Also tasks that have stopped, with the reason.")
    var stopped = false

    func run() async throws {
        let tasks = try await TaskList(options.client(), cluster: options.cluster)
            .all(of: service, stopped: stopped)
        if options.json { return try Output.json(.array(tasks)) }
        var table = Table("TASK", "GROUP", "REVISION", "STATUS", "HEALTH", "PORT", "REASON")
        for task in tasks {
            let bindings =
                task["containers"]?.elements
                .flatMap { $0["networkBindings"]?.elements ?? [] } ?? []
            table.add(
                ARN.lastPart(task["taskArn"]?.string),
                task["group"]?.string ?? "",
                ARN.lastPart(task["taskDefinitionArn"]?.string),
                task["lastStatus"]?.string ?? "",
                task["healthStatus"]?.string ?? "",
                bindings.compactMap { $0["hostPort"]?.integer }.map(String.init)
                    .joined(separator: ","),
                task["stoppedReason"]?.string ?? "")
        }
        print(table.text)
    }
}

/// Tasks of a cluster, described.
struct TaskList {
    let client: APIClient
    let cluster: String

    init(_ client: APIClient, cluster: String) {
        self.client = client
        self.cluster = cluster
    }

    func all(of service: String?, stopped: Bool) async throws -> [JSON] {
        var tasks: [JSON] = []
        for desired in stopped ? ["RUNNING", "STOPPED"] : ["RUNNING"] {
            var input: JSON = ["cluster": .string(cluster), "desiredStatus": .string(desired)]
            if let service, case .object(var fields) = input {
                fields["serviceName"] = .string(service)
                input = .object(fields)
            }
            tasks += try await described(
                client.pages(.ecs, "ListTasks", input, of: "taskArns"))
        }
        return tasks
    }

    private func described(_ names: [JSON]) async throws -> [JSON] {
        var tasks: [JSON] = []
        for start in stride(from: 0, to: names.count, by: 100) {
            let page = Array(names[start..<min(start + 100, names.count)])
            let answer = try await client.call(
                .ecs, "DescribeTasks", ["cluster": .string(cluster), "tasks": .array(page)])
            tasks += answer["tasks"]?.elements ?? []
        }
        return tasks
    }
}
