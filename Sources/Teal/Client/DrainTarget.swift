import ArgumentParser

/// `teal targets drain`
struct DrainTarget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give a target no new requests; what it has is finished.")

    @OptionGroup var options: TargetWeightOptions

    func run() throws { try options.set(0) }
}
