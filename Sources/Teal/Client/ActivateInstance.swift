import ArgumentParser
import Model

/// `teal instances activate`
struct ActivateInstance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Let a machine take tasks again.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "The container instance's id, or its first characters.")
    var instance: String

    func run() async throws {
        let changed = try await InstanceList(options.client(), cluster: options.cluster)
            .set("ACTIVE", of: instance)
        if options.json { return try Output.json(changed) }
        print("\(InstanceList.id(of: changed)) takes tasks again")
    }
}
