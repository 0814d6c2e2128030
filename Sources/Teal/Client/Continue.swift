import ArgumentParser
import Model

/// `teal continue`
struct Continue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a deployment that pauses at a hook go on, or take it back.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "The service.")
    var service: String

    @Flag(help: "Roll the deployment back in place of going on.")
    var rollback = false

    @Option(help: ArgumentHelp("Only this pause, where there are several.", valueName: "id"))
    var hook: String?

    func run() async throws {
        let client = try options.client()
        let arn = try await DeploymentFinder(client: client, cluster: options.cluster)
            .arn(of: service)
        let answer = try await client.call(
            .ecs, "DescribeServiceDeployments", ["serviceDeploymentArns": .strings([arn])])
        let hooks = answer["serviceDeployments"]?.elements.first?["lifecycleHookDetails"]
        let waiting = (hooks?.elements ?? [])
            .filter { $0["status"]?.string == LifecycleHookStatus.awaitingAction.rawValue }
            .compactMap { $0["hookId"]?.string }
        let chosen = waiting.filter { hook == nil || $0 == hook }
        guard !chosen.isEmpty else {
            let place = hook.map { " at \($0)" } ?? ""
            throw Failure(
                "the newest deployment of \(service) does not pause\(place)",
                remedy: waiting.isEmpty
                    ? "see where it is: teal why \(service)"
                    : "it pauses at \(waiting.joined(separator: ", "))")
        }
        let action: LifecycleHookAction = rollback ? .rollback : .continue
        for id in chosen {
            _ = try await client.call(
                .ecs, "ContinueServiceDeployment",
                [
                    "serviceDeploymentArn": .string(arn), "hookId": .string(id),
                    "action": .string(action.rawValue),
                ])
        }
        if options.json { return try Output.json(["hookIds": .strings(chosen)]) }
        print("\(action.rawValue) at \(chosen.joined(separator: ", "))")
        print("Follow it with: teal why \(ARN.lastPart(arn)) --follow")
    }
}
