import ArgumentParser
import Foundation
import Model
import Proxy

/// `teal targets list`
struct ListTargets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List target groups with their targets, health and traffic.",
        discussion: """
            Counts and times are those of this machine's balancer since it started. With --config \
            it is a stand-alone balancer that is asked.
            """)

    @OptionGroup var choice: BalancerChoice

    @Argument(help: "Only this target group.")
    var targetGroup: String?

    func run() async throws {
        if choice.file != nil { return try await listAlone() }
        var input: JSON = [:]
        if let targetGroup { input = ["targetGroup": .string(targetGroup)] }
        let answer = try await choice.options.client().call(.teal, "DescribeTargetHealth", input)
        // Only this machine's balancer is asked, and it may be away: then its columns are empty.
        let view: TrafficView? = try? await choice.admin().get("/traffic")
        let groups = (answer["targetGroups"]?.elements ?? []).map {
            ListTargets.joined($0, with: view)
        }
        if choice.json { return try Output.json(["targetGroups": .array(groups)]) }
        var table = ListTargets.table()
        for group in groups { ListTargets.add(group, to: &table) }
        print(table.text)
    }

    /// What a stand-alone balancer says of itself, in the same words.
    private func listAlone() async throws {
        let view: TrafficView = try await choice.admin().get("/traffic")
        let names = view.targetGroups.map(\.name)
        if let targetGroup, !names.contains(targetGroup) {
            throw Failure(
                "there is no target group \(targetGroup)",
                remedy: "there are \(names.joined(separator: ", "))")
        }
        let groups = names.filter { targetGroup == nil || $0 == targetGroup }.map { name in
            ListTargets.joined(
                ["name": .string(name), "targets": ListTargets.targets(name, view)], with: view)
        }
        if choice.json { return try Output.json(["targetGroups": .array(groups)]) }
        var table = ListTargets.table()
        for group in groups { ListTargets.add(group, to: &table) }
        print(table.text)
    }

    private static func targets(_ group: String, _ view: TrafficView) -> JSON {
        .array(
            view.targets.filter { $0.targetGroup == group }.map { target in
                var fields: [String: JSON] = [
                    "id": .string(target.id), "address": .string(target.address),
                    "port": .integer(Int64(target.port)), "state": .string(target.state),
                    "inFlight": .integer(Int64(target.inFlight)),
                ]
                fields["reason"] = target.reason.map { .string($0) }
                fields["description"] = target.description.map { .string($0) }
                return .object(fields)
            })
    }

    /// `group` with what the balancer counted for each target, under `traffic`.
    static func joined(_ group: JSON, with view: TrafficView?) -> JSON {
        let name = group["name"]?.string
        let seen = Dictionary(
            (view?.targets ?? []).filter { $0.targetGroup == name }.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        var fields = group.fields
        fields["targets"] = .array(
            (group["targets"]?.elements ?? []).map { target in
                guard let one = seen[target["id"]?.string ?? ""] else { return target }
                var fields = target.fields
                fields["traffic"] = traffic(of: one)
                return .object(fields)
            })
        return .object(fields)
    }

    private static func traffic(of target: TargetView) -> JSON {
        var fields: [String: JSON] = [
            "requests": .integer(Int64(target.outcomes.requests)),
            "responses5xx": .integer(Int64(target.outcomes.responses5xx)),
            "failures": .integer(Int64(target.outcomes.failures)),
            "weight": .number(target.weight), "anomalous": .boolean(target.anomalous),
        ]
        fields["p50Milliseconds"] = target.outcomes.latency.p50.map { .number($0) }
        fields["p99Milliseconds"] = target.outcomes.latency.p99.map { .number($0) }
        return .object(fields)
    }
}

extension ListTargets {
    static func table() -> Table {
        Table(
            "TARGET GROUP", "SHARE", "TARGET", "ADDRESS", "STATE", "WEIGHT", "IN FLIGHT",
            "REQUESTS", "5XX", "FAILED", "P50", "P99", "REASON")
    }

    static func add(_ group: JSON, to table: inout Table) {
        let name = group["name"]?.string ?? ""
        let targets = group["targets"]?.elements ?? []
        let share = shares(of: group)
        if targets.isEmpty {
            table.add(
                name, share, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "no targets")
        }
        for target in targets {
            let traffic = target["traffic"]
            func count(_ field: String) -> String {
                traffic?[field]?.integer.map(String.init) ?? "-"
            }
            let weight = traffic?["weight"]?.number.map { String(format: "%g %%", $0) } ?? "-"
            let isAnomalous = traffic?["anomalous"]?.boolean == true
            table.add(
                name, share, target["id"]?.string ?? "",
                "\(target["address"]?.string ?? ""):\(target["port"]?.integer ?? 0)",
                target["state"]?.string ?? "", isAnomalous ? "\(weight) (anomalous)" : weight,
                String(target["inFlight"]?.integer ?? 0), count("requests"),
                count("responses5xx"), count("failures"),
                Quantity.milliseconds(traffic?["p50Milliseconds"]?.number),
                Quantity.milliseconds(traffic?["p99Milliseconds"]?.number),
                target["description"]?.string ?? target["reason"]?.string ?? "")
        }
    }

    /// `http 100 %, test 0 %`: the group's share of each listener that leads to it.
    private static func shares(of group: JSON) -> String {
        guard let weights = group["weights"]?.elements else { return "-" }
        let shares = weights.map { share in
            let percent = Double(share["weight"]?.integer ?? 0) / 10
            return "\(share["listener"]?.string ?? "") \(String(format: "%g", percent)) %"
        }
        return shares.isEmpty ? "unused" : shares.joined(separator: ", ")
    }
}
