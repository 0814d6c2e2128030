internal import Glibc
internal import Routing

/// A record of the access log as its writer reads it.
struct AccessEntry {
    let record: AccessRecord
    private let texts: UnsafeRawBufferPointer
    /// What turns steady microseconds into those since 1970.
    let clockOffset: Int64
    /// What the log calls the load balancer: `app/NAME/ID`.
    let loadBalancer: String

    init(_ bytes: UnsafeRawBufferPointer, clockOffset: Int64, loadBalancer: String) {
        let size = MemoryLayout<AccessRecord>.size
        record = bytes.loadUnaligned(as: AccessRecord.self)
        texts = UnsafeRawBufferPointer(rebasing: bytes[size...])
        self.clockOffset = clockOffset
        self.loadBalancer = loadBalancer
    }

    func text(_ text: AccessRecord.Text) -> UnsafeRawBufferPointer {
        var start = 0
        for index in 0..<text.rawValue { start += Int(record.lengths[index]) }
        let end = start + Int(record.lengths[text.rawValue])
        return UnsafeRawBufferPointer(rebasing: texts[start..<end])
    }

    /// ALB's three times, in milliseconds; -1 where it did not come so far.
    var processingMilliseconds: (request: Int64, target: Int64, response: Int64) {
        guard record.dispatchedAt >= 0 else { return (-1, -1, -1) }
        let request = (record.dispatchedAt - record.startedAt) / 1000
        guard record.answeredAt >= 0 else { return (request, -1, -1) }
        return (
            request, (record.answeredAt - record.dispatchedAt) / 1000,
            (record.endedAt - record.answeredAt) / 1000
        )
    }

    /// `2026-11-22T08:15:30.123456Z` of steady microseconds.
    func time(_ steady: Int64) -> String {
        let microseconds = steady + clockOffset
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "-" }
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        let date =
            "\(Int(parts.tm_year) + 1900)-\(padded(Int(parts.tm_mon) + 1, 2))-"
            + padded(Int(parts.tm_mday), 2)
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec]
            .map { padded(Int($0), 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(Int(microseconds % 1_000_000), 6))Z"
    }

    /// The client's own field as it came, or the one that was made for the target.
    var trace: String {
        let sent = text(.trace)
        guard sent.isEmpty else { return String(decoding: sent, as: UTF8.self) }
        guard record.trace.seconds != 0 else { return "-" }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { base in
                var writer = ByteWriter(base, capacity: buffer.count)
                record.trace.write(to: &writer)
                return writer.count
            } ?? 0
        }
        return "Root=" + String(decoding: bytes[..<count], as: UTF8.self)
    }

    var actions: String {
        switch record.action {
        case .none: "-"
        case .forward: "forward"
        case .fixedResponse: "fixed-response"
        case .redirect: "redirect"
        }
    }
}
