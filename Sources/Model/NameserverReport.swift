/// What a name server says of itself: a lease-bound record.
package struct NameserverReport: Hashable, Sendable, Codable {
    package var id: String
    /// The last commit of durable records whose directory it answers from.
    package var appliedRevision: UInt64

    package init(id: String, appliedRevision: UInt64) {
        self.id = id
        self.appliedRevision = appliedRevision
    }
}
