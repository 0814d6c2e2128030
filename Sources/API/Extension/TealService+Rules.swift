import Model
import Store

struct DescribeRulesRequest: Decodable {
    /// A name; all listeners when absent.
    let listener: String?
}

extension TealService {
    /// Listeners with their rules, in the order in which these are tried.
    static func describeRules(
        _ request: DescribeRulesRequest, _ call: Call
    ) async throws -> Answer<ListenerRulesAnswer> {
        let snapshot = try await call.store.read([Key.listeners, Key.rules])
        let listeners = try snapshot.values(in: Key.listeners, as: Listener.self).map(\.value)
            .filter { request.listener == nil || $0.name.text == request.listener }
            .sorted { $0.name < $1.name }
        if let wanted = request.listener, listeners.isEmpty {
            throw Fault("ListenerNotFoundException", "There is no listener \(wanted).")
        }
        let rules = try snapshot.values(in: Key.rules, as: Rule.self).map(\.value)
        return Answer("listeners", listeners.map { ListenerRulesAnswer($0, rules: rules) })
    }
}
