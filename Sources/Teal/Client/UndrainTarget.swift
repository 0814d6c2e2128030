import ArgumentParser
import Proxy

/// `teal targets undrain`
struct UndrainTarget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Give a target its full share again.")

    @OptionGroup var options: TargetWeightOptions

    func run() throws { try options.set(TargetWeight.full) }
}
