import ArgumentParser
import Foundation
import Proxy

/// `teal connections`
struct Connections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the client connections of a balancer, the oldest first.")

    @OptionGroup var choice: BalancerChoice

    @Option(help: "The most to list: 1-10000.")
    var limit = ConnectionsView.countUsual

    func validate() throws {
        guard (1...ConnectionsView.countMax).contains(limit) else {
            throw ValidationError("--limit \(limit): it must be 1 to \(ConnectionsView.countMax)")
        }
    }

    func run() async throws {
        let view: ConnectionsView = try await choice.admin().get("/connections?limit=\(limit)")
        if choice.json { return print(try Output.text(of: view)) }
        print(Connections.table(of: view).text)
        let hidden = view.total - view.connections.count
        if hidden > 0 { Output.note("and \(hidden) more; --limit shows up to that many") }
    }

    static func table(of view: ConnectionsView) -> Table {
        var table = Table(
            "CLIENT", "LISTENER", "STATE", "AGE", "REQUESTS", "IN", "OUT", "TARGET")
        for one in view.connections {
            let target = [one.targetGroup, one.target].compactMap(\.self)
            table.add(
                one.client, one.listener, one.state.rawValue,
                Age.text(seconds: Double(one.ageMilliseconds) / 1000), "\(one.requests)",
                Quantity.bytes(Double(one.receivedBytes)), Quantity.bytes(Double(one.sentBytes)),
                target.isEmpty ? "-" : target.joined(separator: "/"))
        }
        return table
    }
}
