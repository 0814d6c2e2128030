/// Who decides: every write of the control loop insists that this record is unchanged.
package struct Leader: Hashable, Sendable, Codable {
    /// Strictly increasing; the fencing token.
    package var term: UInt64
    /// The process that holds it.
    package var holder: String

    package init(term: UInt64, holder: String) {
        self.term = term
        self.holder = holder
    }
}
