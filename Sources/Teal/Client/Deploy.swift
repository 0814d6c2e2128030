import ArgumentParser
import Foundation
import Model

/// `teal deploy`
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Deploy a new revision of a service, and follow it to its end.",
        discussion: """
            Registers a new revision of the service's task definition with the changes given here \
            and deploys it blue-green: green starts beside blue, takes the traffic once it is \
            healthy, and blue goes when green has proven itself. Exits with 0 only when green is \
            in production; a rollback exits with 1 and the reason.

            --plan exits with 0 when the machines have room for the tasks that run side by side.
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The service.")
    var service: String

    @Option(
        name: .customLong("env"),
        help: ArgumentHelp("Set a variable in the first container.", valueName: "NAME=VALUE"))
    var environment: [String] = []

    @Option(help: "Run this image in the first container.")
    var image: String?

    @Option(help: "Deploy this revision (FAMILY:REVISION) as it is.")
    var taskDefinition: String?

    @Flag(help: "Show what would change and whether it fits, and change nothing.")
    var plan = false

    @Flag(
        inversion: .prefixedNo, help: "Follow the deployment until it has ended.")
    var wait = true

    func validate() throws {
        for variable in environment where !variable.contains("=") {
            throw ValidationError("--env \(variable): write it as NAME=VALUE")
        }
        if taskDefinition != nil, !environment.isEmpty || image != nil {
            throw ValidationError("--task-definition goes without --env and --image")
        }
    }

    func run() async throws {
        let client = try options.client()
        let described = try await ServiceList(client, cluster: options.cluster).one(service)
        guard !plan else { return try await showPlan(for: described, by: client) }
        let definition = try await newDefinition(for: described, by: client)
        let answer = try await client.call(
            .ecs, "UpdateService",
            [
                "cluster": .string(options.cluster), "service": .string(service),
                "taskDefinition": .string(definition), "forceNewDeployment": true,
            ])
        guard let arn = answer["service"]?["currentServiceDeployment"]?.string else {
            throw Failure("the answer to UpdateService names no deployment")
        }
        if !options.json {
            let old = ARN.lastPart(described["taskDefinition"]?.string)
            print("Deploying \(ARN.lastPart(definition)) to \(service) (now \(old))")
        }
        guard wait else {
            return options.json
                ? try Output.json(["serviceDeploymentArn": .string(arn)])
                : print("Follow it with: teal why \(ARN.lastPart(arn)) --follow")
        }
        let end = try await DeploymentFollower(client: client, arn: arn, quiet: options.json).end()
        if options.json { try Output.json(end) }
        guard end["status"]?.string == "SUCCESSFUL" else { throw ExitCode.failure }
    }

    /// The revision to deploy: the one named, or a new one with the changes.
    private func newDefinition(for service: JSON, by client: APIClient) async throws -> String {
        if let taskDefinition { return taskDefinition }
        let current = service["taskDefinition"]?.string ?? ""
        if environment.isEmpty, image == nil { return current }
        let changed = try await definition(current, by: client, with: change)
        let registered = try await client.call(.ecs, "RegisterTaskDefinition", changed)
        guard let arn = registered["taskDefinition"]?["taskDefinitionArn"]?.string else {
            throw Failure("the answer to RegisterTaskDefinition names no revision")
        }
        return arn
    }

    private var change: DefinitionChange {
        DefinitionChange(environment: environment, image: image)
    }

    /// A revision that there is, with a change.
    private func definition(
        _ name: String, by client: APIClient, with change: DefinitionChange
    ) async throws -> JSON {
        let answer = try await client.call(
            .ecs, "DescribeTaskDefinition", ["taskDefinition": .string(name)])
        return change.applied(to: answer["taskDefinition"] ?? .null)
    }
}

extension Deploy {
    private func showPlan(for service: JSON, by client: APIClient) async throws {
        let current = service["taskDefinition"]?.string ?? ""
        let old = try await definition(current, by: client, with: .none)
        let new = try await definition(taskDefinition ?? current, by: client, with: change)
        let instances = try await InstanceList(client, cluster: options.cluster)
            .all(matchingEach: DeployPlan.filters(of: service, to: new))
        let plan = DeployPlan(service: service, from: old, to: new, instances: instances)
        if options.json {
            try Output.json(plan.json)
        } else {
            print("\(self.service), now \(ARN.lastPart(current)):")
            print(plan.sentences.joined(separator: "\n"))
        }
        guard plan.fits else { throw ExitCode.failure }
    }
}

/// What a deployment changes in a task definition.
struct DefinitionChange {
    /// `NAME=VALUE`, each set in the first container.
    let environment: [String]
    let image: String?

    static let none = DefinitionChange(environment: [], image: nil)

    /// What RegisterTaskDefinition takes: the described definition, changed, without the fields
    /// that only answers have.
    func applied(to definition: JSON) -> JSON {
        var fields = definition.fields
        for name in [
            "taskDefinitionArn", "revision", "status", "registeredAt", "registeredBy",
            "deregisteredAt", "requiresAttributes", "compatibilities",
        ] {
            fields[name] = nil
        }
        var containers = definition["containerDefinitions"]?.elements ?? []
        if let first = containers.first { containers[0] = changed(first) }
        fields["containerDefinitions"] = .array(containers)
        return .object(fields)
    }

    private func changed(_ container: JSON) -> JSON {
        var fields = container.fields
        if let image { fields["image"] = .string(image) }
        var variables = container["environment"]?.elements ?? []
        for assignment in environment {
            let parts = assignment.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let pair: JSON = ["name": .string(name), "value": .string(String(parts[1]))]
            if let index = variables.firstIndex(where: { $0["name"]?.string == name }) {
                variables[index] = pair
            } else {
                variables.append(pair)
            }
        }
        fields["environment"] = .array(variables)
        return .object(fields)
    }
}
