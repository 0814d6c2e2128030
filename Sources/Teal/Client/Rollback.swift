import ArgumentParser
import Foundation
import Model

/// `teal rollback`
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a service back to the revision that last worked.",
        discussion: """
            While a deployment is open, it is rolled back: blue is still running, so that is one \
            change of weights. Otherwise the revision before the current one is deployed again.
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The service.")
    var service: String

    @Flag(inversion: .prefixedNo, help: "Follow the rollback until it has ended.")
    var wait = true

    func run() async throws {
        let client = try options.client()
        let deployments = try await client.call(
            .ecs, "ListServiceDeployments",
            ["cluster": .string(options.cluster), "service": .string(service)])
        let newestFirst = deployments["serviceDeployments"]?.elements ?? []
        let arn: String
        let wanted: String
        if let open = newestFirst.first(where: { !DeploymentList.isTerminal($0) }) {
            arn = open["serviceDeploymentArn"]?.string ?? ""
            _ = try await client.call(
                .ecs, "StopServiceDeployment",
                ["serviceDeploymentArn": .string(arn), "stopType": "ROLLBACK"])
            wanted = "ROLLBACK_SUCCESSFUL"
        } else {
            arn = try await redeploy(newestFirst, by: client)
            wanted = "SUCCESSFUL"
        }
        guard wait else {
            return options.json
                ? try Output.json(["serviceDeploymentArn": .string(arn)])
                : print("Follow it with: teal why \(ARN.lastPart(arn)) --follow")
        }
        let end = try await DeploymentFollower(client: client, arn: arn, quiet: options.json).end()
        if options.json { try Output.json(end) }
        guard end["status"]?.string == wanted else { throw ExitCode.failure }
    }

    /// Deploys the revision that was in production before the current one.
    private func redeploy(_ newestFirst: [JSON], by client: APIClient) async throws -> String {
        let revisions = newestFirst.filter { $0["status"]?.string == "SUCCESSFUL" }
            .compactMap { $0["targetServiceRevisionArn"]?.string }
        guard let current = revisions.first,
            let previous = revisions.first(where: { $0 != current })
        else {
            throw Failure(
                "\(service) has no earlier revision that was in production",
                remedy: "deploy a revision by name: teal deploy \(service) --task-definition F:N")
        }
        let answer = try await client.call(
            .ecs, "DescribeServiceRevisions", ["serviceRevisionArns": .strings([previous])])
        guard
            let definition = answer["serviceRevisions"]?.elements.first?["taskDefinition"]?.string
        else { throw Failure("revision \(previous) is not kept any more") }
        if !options.json { print("Deploying \(ARN.lastPart(definition)) to \(service) again") }
        let updated = try await client.call(
            .ecs, "UpdateService",
            [
                "cluster": .string(options.cluster), "service": .string(service),
                "taskDefinition": .string(definition), "forceNewDeployment": true,
            ])
        return updated["service"]?["currentServiceDeployment"]?.string ?? ""
    }
}

enum DeploymentList {
    static func isTerminal(_ deployment: JSON) -> Bool {
        let status = ServiceDeploymentStatus(rawValue: deployment["status"]?.string ?? "")
        return status?.isTerminal ?? true
    }
}
