import ArgumentParser
import Model

/// `teal instances list`
struct ListInstances: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List container instances: their status, tasks, what is left, and attributes.")

    @OptionGroup var options: ClientOptions

    @Option(
        help: ArgumentHelp(
            "Only machines for which this holds, in ECS's cluster query language.",
            discussion: "Such as: attribute:zone == a and runningTasksCount < 10",
            valueName: "expression"))
    var filter: String?

    func run() async throws {
        let instances = try await InstanceList(options.client(), cluster: options.cluster)
            .all(matching: filter)
        if options.json { return try Output.json(.array(instances)) }
        print(ListInstances.table(of: instances).text)
    }

    static func table(of instances: [JSON]) -> Table {
        var table = Table("INSTANCE", "STATUS", "AGENT", "TASKS", "CPU", "MEMORY", "ATTRIBUTES")
        for instance in instances {
            let tasks =
                (instance["runningTasksCount"]?.integer ?? 0)
                + (instance["pendingTasksCount"]?.integer ?? 0)
            let attributes = (instance["attributes"]?.elements ?? []).map { attribute in
                let value = attribute["value"]?.string ?? ""
                return "\(attribute["name"]?.string ?? "")=\(value)"
            }
            table.add(
                InstanceList.id(of: instance),
                instance["status"]?.string ?? "",
                instance["agentConnected"]?.boolean == true ? "connected" : "disconnected",
                String(tasks), left("CPU", of: instance), left("MEMORY", of: instance),
                attributes.joined(separator: ", "))
        }
        return table
    }

    /// `3072/4096`: what no task has reserved, of all there is.
    private static func left(_ name: String, of instance: JSON) -> String {
        func amount(_ field: String) -> Int {
            let resources = instance[field]?.elements ?? []
            return resources.first { $0["name"]?.string == name }?["integerValue"]?.integer ?? 0
        }
        return "\(amount("remainingResources"))/\(amount("registeredResources"))"
    }
}
