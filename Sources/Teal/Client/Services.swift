import ArgumentParser
import Foundation
import Model

/// `teal services`
struct Services: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List services: their task definition, counts and newest deployment.")

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let services = try await ServiceList(options.client(), cluster: options.cluster).all()
        if options.json { return try Output.json(.array(services)) }
        var table = Table("SERVICE", "STATUS", "TASKS", "TASK DEFINITION", "DEPLOYMENT")
        for service in services {
            table.add(
                service["serviceName"]?.string ?? "",
                service["status"]?.string ?? "",
                "\(service["runningCount"]?.integer ?? 0)/\(service["desiredCount"]?.integer ?? 0)",
                ARN.lastPart(service["taskDefinition"]?.string),
                service["deployments"]?.elements.first?["rolloutState"]?.string ?? "")
        }
        print(table.text)
    }
}

/// All services of a cluster, a page of each call at a time.
struct ServiceList {
    let client: APIClient
    let cluster: String

    init(_ client: APIClient, cluster: String) {
        self.client = client
        self.cluster = cluster
    }

    func all() async throws -> [JSON] {
        let names = try await client.pages(
            .ecs, "ListServices", ["cluster": .string(cluster), "maxResults": 10],
            of: "serviceArns")
        var services: [JSON] = []
        for start in stride(from: 0, to: names.count, by: 10) {
            let page = Array(names[start..<min(start + 10, names.count)])
            let answer = try await client.call(
                .ecs, "DescribeServices", ["cluster": .string(cluster), "services": .array(page)])
            services += answer["services"]?.elements ?? []
        }
        return services
    }

    /// The one named; a failure that says what there is when there is no such.
    func one(_ name: String) async throws -> JSON {
        let answer = try await client.call(
            .ecs, "DescribeServices",
            ["cluster": .string(cluster), "services": .strings([name])])
        if let service = answer["services"]?.elements.first { return service }
        let known = try await all().compactMap { $0["serviceName"]?.string }
        throw Failure(
            "there is no service \(name) in cluster \(cluster)",
            remedy: known.isEmpty
                ? "describe one in a file and `teal apply` it"
                : "there are: \(known.joined(separator: ", "))")
    }
}
