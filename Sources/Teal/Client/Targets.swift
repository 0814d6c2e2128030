import ArgumentParser
import Foundation
import Model

/// `teal targets`
struct Targets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List target groups with their targets, weights and health.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "Only this target group.")
    var targetGroup: String?

    func run() async throws {
        var input: JSON = [:]
        if let targetGroup { input = ["targetGroup": .string(targetGroup)] }
        let answer = try await options.client().call(.teal, "DescribeTargetHealth", input)
        if options.json { return try Output.json(answer) }
        var table = Table(
            "TARGET GROUP", "WEIGHT", "TARGET", "ADDRESS", "STATE", "IN FLIGHT", "REASON")
        for group in answer["targetGroups"]?.elements ?? [] {
            let name = group["name"]?.string ?? ""
            let targets = group["targets"]?.elements ?? []
            let weight = weights(of: group)
            if targets.isEmpty { table.add(name, weight, "-", "-", "-", "-", "no targets") }
            for target in targets {
                let port = target["port"]?.integer ?? 0
                table.add(
                    name, weight, target["id"]?.string ?? "",
                    "\(target["address"]?.string ?? ""):\(port)",
                    target["state"]?.string ?? "",
                    String(target["inFlight"]?.integer ?? 0),
                    target["description"]?.string ?? target["reason"]?.string ?? "")
            }
        }
        print(table.text)
    }

    /// `http 100 %, test 0 %`: the group's share of each listener that leads to it.
    private func weights(of group: JSON) -> String {
        let shares = (group["weights"]?.elements ?? []).map { share in
            let percent = Double(share["weight"]?.integer ?? 0) / 10
            return "\(share["listener"]?.string ?? "") \(String(format: "%g", percent)) %"
        }
        return shares.isEmpty ? "unused" : shares.joined(separator: ", ")
    }
}
