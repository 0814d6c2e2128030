import Foundation
import Model
import Proxy
import Routing
import Testing

/// A metric as a table or a page has it.
private struct Entry: Hashable, CustomStringConvertible {
    let name: String
    let type: String
    let labels: Set<String>

    var description: String { "\(name) \(type) \(labels.sorted())" }
}

/// The rows of docs/OPERATIONS.md.
private func documented() throws -> Set<Entry> {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("docs/OPERATIONS.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `teal_") }
    return Set(
        rows.map { row in
            let cells = row.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "")
            }
            let labels = cells[2].split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return Entry(name: cells[0], type: cells[1], labels: Set(labels))
        })
}

/// Those of a page that has a sample of every metric.
private func entries(of page: String) -> Set<Entry> {
    var types: [String: String] = [:]
    var labels: [String: Set<String>] = [:]
    for line in page.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        if line.hasPrefix("# TYPE ") {
            types[words[2]] = words[3]
        } else if !line.hasPrefix("#") {
            var name = String(line.prefix { $0 != "{" && $0 != " " })
            for end in ["_bucket", "_sum", "_count"] where types[name] == nil {
                if name.hasSuffix(end) { name.removeLast(end.count) }
            }
            let names = line.split(separator: "{").dropFirst().first?.split(separator: ",")
                .map { String($0.prefix { $0 != "=" }) }
            labels[name, default: []].formUnion(names ?? [])
        }
    }
    return Set(
        types.map { name, type in
            Entry(name: name, type: type, labels: (labels[name] ?? []).subtracting(["le"]))
        })
}

/// A page of a plane that has served a request of every kind.
private func page(
    _ change: (inout LoadBalancerConfiguration) -> Void = { _ in }
) async throws -> String {
    let target = try ScriptedTarget.http { _ in response("ok") }
    let folder = NSTemporaryDirectory() + "teal-metrics-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
        target.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
    let plane = try DataPlane(
        workers: 2,
        accessLog: AccessLogOptions(path: folder + "/log", format: .alb, loadBalancer: "web"))
    var configuration = configuration([target.port])
    configuration.listeners[0].defaultForwarding = ForwardOptions(
        mirror: RequestMirror(targetGroup: "blue", percent: 100))
    change(&configuration)
    try await plane.apply(configuration)
    let port = try #require(await plane.port(of: "http"))
    try await eventually("it is healthy") {
        plane.health[Identifier("target-\(target.port)")]?.state == .healthy
    }
    _ = try get(port)
    _ = try get(port, "/a b")
    try await eventually("the copy is answered") {
        await plane.traffic().groups["blue"]?.mirrored.requests == 1
    }
    let text = await plane.metrics()
    await plane.end(milliseconds: 0)
    return text
}

@Test func everyMetricIsInTheManualAndTheOtherWayRound() async throws {
    let shown = entries(of: try await page())
    let written = try documented()
    #expect(shown.subtracting(written).isEmpty, "not in docs/OPERATIONS.md")
    #expect(written.subtracting(shown).isEmpty, "not on the page")
}

@Test func histogramsAreCumulativeAndEndWithAll() async throws {
    let lines = try await page().split(separator: "\n")
    let buckets = lines.filter { $0.hasPrefix("teal_target_response_time_seconds_bucket{") }
    let counts = buckets.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(counts.count == 19)
    #expect(counts == counts.sorted())
    let all = lines.first { $0.hasPrefix("teal_target_response_time_seconds_count{") }
    #expect(all.map { $0.hasSuffix(" \(counts.last ?? 0)") } == true)
}

@Test func rulesAndTargetsBeyondTheLimitHaveNoSeries() async throws {
    let text = try await page { configuration in
        configuration.listeners[0].ruleLimits = .largest
        configuration.listeners[0].rules = (1...1100).map { priority in
            Rule(
                name: Identifier("rule-\(priority)"), listener: "http", priority: priority,
                conditions: [.pathPattern(["/\(priority)"])],
                action: .fixedResponse(statusCode: 418, contentType: "text/plain", body: ""))
        }
        let others = (1...1049).map { number in
            Target(id: Identifier("x-\(number)"), address: "127.0.0.1", port: 1)
        }
        configuration.targetGroups[0].targets += others
    }
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("teal_rule_matches_total{") } == 1001)
    #expect(lines.contains { $0.hasPrefix("teal_rule_matches_total{") && $0.contains("other") })
    #expect(lines.count { $0.hasPrefix("teal_per_target_in_flight{") } == 1000)
    #expect(lines.contains("teal_targets_not_shown 50"))
}
