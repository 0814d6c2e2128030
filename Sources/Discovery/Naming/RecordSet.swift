/// All records of one type at one name; they share their TTL (RFC 2181, section 5).
package struct RecordSet: Hashable, Sendable {
    package let type: RecordType
    /// Seconds.
    package let ttl: UInt32
    /// Without repetition.
    package let data: [RecordData]
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

    /// Whether each record takes as much room as every other, whatever else there is in a message.
    var isOfOneSize: Bool {
        guard case .srv(let first)? = data.first else { return type == .a || type == .aaaa }
        return data.allSatisfy { data in
            if case .srv(let location) = data {
                location.target.wire.count == first.target.wire.count
            } else {
                false
            }
        }
    }

    /// Writes what follows its owner's name in the record of `data[index]`.
    func write(_ index: Int, to writer: inout DNSWriter) {
        ResourceRecord.write(data[index], ttl: ttl, to: &writer)
    }
}
