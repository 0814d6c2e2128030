import ArgumentParser
import Proxy

/// `teal targets weight`
struct WeighTarget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weight", abstract: "Give a target a part of its share, in percent.")

    @OptionGroup var options: TargetWeightOptions

    @Argument(help: "0-100, in percent of a full share; 0 drains it.")
    var weight: Int

    func validate() throws {
        guard TargetWeight.range.contains(weight) else {
            throw ValidationError("\(weight): the weight must be 0 to 100")
        }
    }

    func run() throws { try options.set(weight) }
}
