import ArgumentParser
import Foundation
import Model

/// `teal why`
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the story of a deployment: each step, when, and why.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "A deployment's id or ARN, or a service for its newest deployment.")
    var deployment: String

    @Flag(help: "Go on until the deployment has ended.")
    var follow = false

    func run() async throws {
        let client = try options.client()
        let arn = try await DeploymentFinder(client: client, cluster: options.cluster)
            .arn(of: deployment)
        if follow {
            let end = try await DeploymentFollower(client: client, arn: arn, quiet: options.json)
                .end()
            if options.json { try Output.json(end) }
            return
        }
        let answer = try await client.call(
            .ecs, "DescribeServiceDeployments", ["serviceDeploymentArns": .strings([arn])])
        let record = answer["serviceDeployments"]?.elements.first ?? .null
        let story = try await DeploymentStory.read(arn, by: client)
        if options.json {
            return try Output.json([
                "deployment": record, "history": .array(story.entries),
                "analysis": story.analysis ?? .null,
            ])
        }
        print("deployment  \(ARN.lastPart(arn))")
        print("status      \(record["status"]?.string ?? "")")
        if let reason = record["statusReason"]?.string { print("reason      \(reason)") }
        print("from        \(try await definition(record["sourceServiceRevisions"], by: client))")
        print("to          \(try await definition(record["targetServiceRevision"], by: client))\n")
        for entry in story.entries { print(story.line(of: entry)) }
        if let comparison = story.comparison { print("\n\(comparison)") }
    }

    /// The task definition behind a revision in a deployment's record.
    private func definition(_ revision: JSON?, by client: APIClient) async throws -> String {
        guard let arn = (revision?.elements.first ?? revision)?["arn"]?.string else {
            return "nothing: the service's first deployment"
        }
        let answer = try await client.call(
            .ecs, "DescribeServiceRevisions", ["serviceRevisionArns": .strings([arn])])
        let name = answer["serviceRevisions"]?.elements.first?["taskDefinition"]?.string
        return "\(ARN.lastPart(name)) (service revision \(ARN.lastPart(arn)))"
    }
}

/// Finds the deployment that a person means.
struct DeploymentFinder {
    let client: APIClient
    let cluster: String

    func arn(of text: String) async throws -> String {
        if text.hasPrefix("arn:") { return text }
        let services = try await ServiceList(client, cluster: cluster).all()
            .compactMap { $0["serviceName"]?.string }
        for service in services {
            let answer = try await client.call(
                .ecs, "ListServiceDeployments",
                ["cluster": .string(cluster), "service": .string(service)])
            let arns = (answer["serviceDeployments"]?.elements ?? [])
                .compactMap { $0["serviceDeploymentArn"]?.string }
            if service == text, let newest = arns.first { return newest }
            if let match = arns.first(where: { ARN.lastPart($0) == text }) { return match }
        }
        throw Failure(
            "there is no deployment and no service \(text) in cluster \(cluster)",
            remedy: services.isEmpty ? nil : "services: \(services.joined(separator: ", "))")
    }
}
