import Foundation
import Model

/// Prints a deployment's story as it happens, until the deployment has ended.
struct DeploymentFollower {
    /// How often the record is looked at: only what a person sees depends on it.
    static let interval = Duration.milliseconds(100)
    /// Counts of requests change all the time; so often they are printed.
    private static let comparisonInterval = Duration.seconds(1)

    let client: APIClient
    let arn: String
    let quiet: Bool

    /// Follows to the terminal record, which it returns.
    func end() async throws -> JSON {
        var shown = Shown()
        while true {
            let deployment = try await described()
            try await show(&shown, of: deployment)
            if let status = deployment["status"]?.string,
                ServiceDeploymentStatus(rawValue: status)?.isTerminal == true
            {
                if !quiet { conclude(deployment) }
                return deployment
            }
            try await ContinuousClock().sleep(for: DeploymentFollower.interval)
        }
    }

    /// Rides out a restart of the controller: the deployment goes on without us.
    private func described() async throws -> JSON {
        let answer = try await client.persistently(
            .ecs, "DescribeServiceDeployments", ["serviceDeploymentArns": .strings([arn])])
        guard let deployment = answer["serviceDeployments"]?.elements.first else {
            throw Failure("there is no deployment \(arn)")
        }
        return deployment
    }

    /// What has been printed.
    private struct Shown {
        var entries = 0
        var comparison = ""
        var comparedAt: ContinuousClock.Instant?
    }

    private func show(_ shown: inout Shown, of deployment: JSON) async throws {
        if quiet { return }
        let story = try await DeploymentStory.read(arn, by: client)
        let hasNews = story.entries.count > shown.entries
        for entry in story.entries.dropFirst(shown.entries) { Output.line(story.line(of: entry)) }
        // Of several steps between two looks only the last one's counts are known.
        if hasNews { Output.line(counts(of: deployment)) }
        shown.entries = story.entries.count
        let isDue = shown.comparedAt.map {
            ContinuousClock.now - $0 >= DeploymentFollower.comparisonInterval
        }
        guard let comparison = story.comparison, comparison != shown.comparison,
            hasNews || isDue != false
        else { return }
        shown.comparison = comparison
        shown.comparedAt = .now
        Output.line(String(repeating: " ", count: 10) + comparison)
    }

    /// Blue and green beside each other.
    private func counts(of deployment: JSON) -> String {
        let green = side("green", deployment["targetServiceRevision"])
        let blue = side("blue", deployment["sourceServiceRevisions"]?.elements.first)
        let sides = [blue, green].compactMap(\.self).joined(separator: ", ")
        return String(repeating: " ", count: 10) + sides
    }

    private func side(_ name: String, _ revision: JSON?) -> String? {
        guard let revision else { return nil }
        let running = revision["runningTaskCount"]?.integer ?? 0
        let requested = revision["requestedTaskCount"]?.integer ?? 0
        let weight = revision["requestedProductionTrafficWeight"]?.number ?? 0
        return "\(name) \(running)/\(requested) running, \(Int(weight)) % of traffic"
    }

    private func conclude(_ deployment: JSON) {
        let status = deployment["status"]?.string ?? ""
        let started = deployment["createdAt"]?.number ?? 0
        let seconds = (deployment["finishedAt"]?.number ?? started) - started
        Output.line("\(status) after \(String(format: "%.1f", seconds)) s")
        if status != "SUCCESSFUL", let reason = deployment["statusReason"]?.string {
            Output.line("  \(reason)")
        }
    }
}

/// The recorded steps of a deployment.
struct DeploymentStory {
    let entries: [JSON]
    /// What its verdict rests on; `nil` before green had requests.
    let analysis: JSON?

    static func read(_ deployment: String, by client: APIClient) async throws -> DeploymentStory {
        let answer = try await client.persistently(
            .teal, "DescribeHistory", ["serviceDeploymentArn": .string(deployment)])
        return DeploymentStory(
            entries: answer["entries"]?.elements ?? [], analysis: answer["analysis"])
    }

    /// Blue's requests beside green's, and how strongly they speak against green.
    var comparison: String? {
        guard let analysis, let evidence = analysis["evidence"]?.number,
            let least = analysis["evidenceMin"]?.number
        else { return nil }
        let sides = ["blue", "green"].map { "\($0) \(outcomes(analysis[$0]))" }
        return sides.joined(separator: "; ")
            + String(format: "; evidence %.1f of %.0f", evidence, least)
    }

    private func outcomes(_ side: JSON?) -> String {
        let requests = side?["requests"]?.integer ?? 0
        let errors = side?["errors"]?.integer ?? 0
        guard let p50 = side?["p50"]?.number, let p99 = side?["p99"]?.number else {
            return "\(requests) requests, \(errors) failed"
        }
        return "\(requests) requests, \(errors) failed, "
            + String(format: "p50 %.1f ms, p99 %.1f ms", p50, p99)
    }

    /// `+0.42s  SCALE_UP  2 tasks of green are healthy`: the time since the story began.
    func line(of entry: JSON) -> String {
        let began = entries.first?["at"]?.number ?? 0
        let at = (entry["at"]?.number ?? began) - began
        let stage = entry["stage"]?.string ?? entry["status"]?.string ?? ""
        let time = String(format: "+%.2fs", at)
        return [
            time.padded(to: 10), stage.padded(to: 30), entry["message"]?.string ?? "",
        ].joined()
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
