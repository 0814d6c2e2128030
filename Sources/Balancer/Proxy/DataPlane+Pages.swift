/// What the admin listener tells of a data plane, whoever feeds that.
extension DataPlane {
    /// `/traffic`, and `/connections?limit=N`, as JSON; `nil` for another path.
    package func page(_ path: String) async -> AdminAnswer? {
        let parts = path.split(separator: "?", maxSplits: 1)
        switch parts.first {
        case "/traffic":
            return .json(await trafficView())
        case "/connections":
            guard let limit = DataPlane.limit(parts.dropFirst().first) else {
                return AdminAnswer(
                    status: 400,
                    body: "limit must be a number up to \(ConnectionsView.countMax)\n")
            }
            return .json(await connections(limit))
        default:
            return nil
        }
    }

    private static func limit(_ query: Substring?) -> Int? {
        guard let query else { return ConnectionsView.countUsual }
        guard query.hasPrefix("limit="), let limit = Int(query.dropFirst(6)),
            (0...ConnectionsView.countMax).contains(limit)
        else { return nil }
        return limit
    }
}
