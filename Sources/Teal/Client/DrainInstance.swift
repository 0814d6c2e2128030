import ArgumentParser
import Model

/// `teal instances drain`
struct DrainInstance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Give a machine no new task and replace its services' tasks elsewhere.",
        discussion: """
            A task leaves once its replacement is healthy, as far as its service's percentages \
            allow. Tasks that RunTask started stay. `teal instances` shows how many are left; \
            `teal instances activate` puts the machine back in service.
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The container instance's id, or its first characters.")
    var instance: String

    func run() async throws {
        let changed = try await InstanceList(options.client(), cluster: options.cluster)
            .set("DRAINING", of: instance)
        if options.json { return try Output.json(changed) }
        let tasks = changed["runningTasksCount"]?.integer ?? 0
        print("\(InstanceList.id(of: changed)) drains; it runs \(tasks) tasks")
    }
}
