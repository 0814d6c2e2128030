import ArgumentParser

/// `teal targets`
struct Targets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List targets with their health and traffic, or drain or weight one.",
        discussion: """
            A target that is drained gets no new requests and finishes what it has. Only a \
            stand-alone balancer can be told so; it lasts until that ends, also when its file \
            changes.
            """,
        subcommands: [ListTargets.self, DrainTarget.self, UndrainTarget.self, WeighTarget.self],
        defaultSubcommand: ListTargets.self)
}
