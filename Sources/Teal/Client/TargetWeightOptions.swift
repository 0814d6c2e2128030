import ArgumentParser
import Model
import Proxy

/// What `teal targets drain`, `undrain` and `weight` have in common.
struct TargetWeightOptions: ParsableArguments {
    @OptionGroup var choice: BalancerChoice

    @Option(
        help: ArgumentHelp(
            "Where the stand-alone balancer is found, if not at its file's usual place.",
            valueName: "path"))
    var control: String?

    @Argument(
        help: "The target's id as `teal targets` shows it; GROUP/ID in that group only.")
    var target: String

    /// Tells the balancer, and says what is so now.
    func set(_ weight: Int) throws {
        guard let file = choice.file else {
            throw Failure(
                "only a stand-alone balancer is told so",
                remedy: "name its file with --config; tasks leave by `aws ecs stop-task`")
        }
        let change = TargetChange(target, weight: weight)
        try tell(change, atPath: control ?? ControlSocket.path(of: file))
        if choice.json {
            return try Output.json(
                ["target": .string(target), "weight": .integer(Int64(weight))])
        }
        switch weight {
        case 0: print("\(target) gets no new requests; what it has is finished.")
        case TargetWeight.full: print("\(target) gets its full share.")
        default: print("\(target) gets \(weight) % of a full share.")
        }
        if weight != TargetWeight.full { Output.note("So it stays until the balancer ends.") }
    }

    private func tell(_ change: TargetChange, atPath path: String) throws {
        do throws(ControlFailure) {
            try BalancerControl.tell(change.message, atPath: path)
        } catch {
            guard case .unreachable = error else { throw Failure("\(error)") }
            throw Failure(
                "\(path): \(error)", remedy: "is it running? --control says where it is found")
        }
    }
}
