internal import Routing

/// A record of the access log as its writer reads it.
struct AccessEntry {
    let record: AccessRecord
    private let texts: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        let size = MemoryLayout<AccessRecord>.size
        record = bytes.loadUnaligned(as: AccessRecord.self)
        texts = UnsafeRawBufferPointer(rebasing: bytes[size...])
    }

    func text(_ text: AccessRecord.Text) -> UnsafeRawBufferPointer {
        var start = 0
        for index in 0..<text.rawValue { start += Int(record.lengths[index]) }
        let end = start + Int(record.lengths[text.rawValue])
        return UnsafeRawBufferPointer(rebasing: texts[start..<end])
    }

    // ALB's three times, in milliseconds; -1 where it did not come so far.

    var requestMilliseconds: Int64 {
        record.dispatchedAt < 0 ? -1 : (record.dispatchedAt - record.startedAt) / 1000
    }

    var targetMilliseconds: Int64 {
        isAnswered ? (record.answeredAt - record.dispatchedAt) / 1000 : -1
    }

    var responseMilliseconds: Int64 {
        isAnswered ? (record.endedAt - record.answeredAt) / 1000 : -1
    }

    private var isAnswered: Bool { record.dispatchedAt >= 0 && record.answeredAt >= 0 }

    /// The access log's `actions_executed`.
    var actions: StaticString {
        switch record.action {
        case .none: "-"
        case .forward: "forward"
        case .fixedResponse: "fixed-response"
        case .redirect: "redirect"
        }
    }
}
