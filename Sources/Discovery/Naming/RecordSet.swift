/// All records of one type at one name; they share their TTL (RFC 2181, section 5).
package struct RecordSet: Hashable, Sendable {
    package var type: RecordType
    /// Seconds.
    package var ttl: UInt32
    /// Without repetition.
    package var data: [RecordData]
    /// Of each of `data`, when an answer has only one of them.
    private(set) var weights: [Int]?

    /// `nil` when there is no data: an empty set does not exist.
    init?(_ type: RecordType, ttl: UInt32, _ data: [RecordData]) {
        guard !data.isEmpty else { return nil }
        self.type = type
        self.ttl = ttl
        self.data = data
    }

    /// The set of which an answer has one record, each as often as its weight says.
    func weighted(by weights: [Int]) -> RecordSet {
        var set = self
        set.weights = weights
        return set
    }

    func records(at name: DNSName) -> [ResourceRecord] {
        data.map { ResourceRecord(name: name, ttl: ttl, data: $0) }
    }
}
