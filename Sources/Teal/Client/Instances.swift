import ArgumentParser

/// `teal instances`
struct Instances: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List container instances, or empty one for maintenance.",
        discussion: """
            An id may be given by its first characters, as far as they tell it from the others.
            """,
        subcommands: [ListInstances.self, DrainInstance.self, ActivateInstance.self],
        defaultSubcommand: ListInstances.self)
}
