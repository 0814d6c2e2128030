import Routing
import Testing

@testable import Proxy

/// A record with its texts, as a ring hands it over.
private func record(
    _ texts: [AccessRecord.Text: String], _ change: (inout AccessRecord) -> Void = { _ in }
) -> [UInt8] {
    var record = AccessRecord(startedAt: 1_000_000, clientPort: 4711, listenerPort: 8080)
    record.endedAt = 1_999_999
    change(&record)
    var rest: [UInt8] = []
    for text in AccessRecord.Text.allCases {
        let bytes = Array((texts[text] ?? "").utf8)
        record.lengths[text.rawValue] = UInt16(bytes.count)
        rest += bytes
    }
    return withUnsafeBytes(of: record) { Array($0) } + rest
}

private func line(
    _ format: AccessFormat, _ record: [UInt8], loadBalancer: String = "app/web/1"
) -> String {
    var bytes = [UInt8](repeating: 0, count: AccessLine.bytesMax)
    // 2026-11-22T08:15:29Z.
    var clock = AccessClock(offset: 1_795_335_329_000_000)
    let count = bytes.withUnsafeMutableBytes { place in
        guard let base = place.baseAddress else { return 0 }
        var writer = ByteWriter(base, capacity: place.count)
        record.withUnsafeBytes {
            format.write(AccessEntry($0), &clock, Array(loadBalancer.utf8), to: &writer)
        }
        return writer.count
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
}

private let answered = record(
    [
        .client: "2001:db8::1", .method: "GET", .host: "shop.example", .requestTarget: "/a?b=c",
        .userAgent: "a\"b\\c\u{7}ü, long enough for a stride", .target: "10.0.0.7:9000",
        .targetGroup: "arn:blue",
    ]
) { record in
    record.dispatchedAt = 1_002_500
    record.answeredAt = 1_250_000
    record.receivedBytes = 120
    record.sentBytes = 123_456_789
    record.status = 200
    record.targetStatus = 200
    record.priority = 42
    record.action = .forward
    record.trace = TraceID(seconds: 0x6789_1233, random: 0xABCD_EF01, 0x2345_6789_1234_5678)
}

@Test func aLineHasALBsFieldsByteForByte() {
    #expect(
        line(.alb, answered)
            == "http 2026-11-22T08:15:30.999999Z app/web/1 [2001:db8::1]:4711 10.0.0.7:9000"
            + " 0.002 0.247 0.749 200 200 120 123456789"
            + " \"GET http://shop.example:8080/a?b=c HTTP/1.1\""
            + " \"a\\x22b\\x5Cc\\x07\\xC3\\xBC, long enough for a stride\" - - arn:blue"
            + " \"Root=1-67891233-abcdef012345678912345678\" \"shop.example\" \"-\" 42"
            + " 2026-11-22T08:15:30.000000Z \"forward\" \"-\" \"-\" \"10.0.0.7:9000\" \"200\""
            + " \"-\" \"-\" - \"-\" \"-\" \"-\"\n")
}

@Test func whatThereIsNoneOfIsADash() {
    let refused = record([.client: "127.0.0.1"]) { $0.status = 400 }
    #expect(
        line(.alb, refused)
            == "http 2026-11-22T08:15:30.999999Z app/web/1 127.0.0.1:4711 - -1 -1 -1 400 - 0 0"
            + " \"- - -\" \"-\" - - - \"-\" \"-\" \"-\" - 2026-11-22T08:15:30.000000Z"
            + " \"-\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\" - \"-\" \"-\" \"-\"\n")
}

@Test func jsonQuotesAllButNumbers() {
    let text = line(.json, answered)
    #expect(text.hasPrefix("{\"type\":\"http\",\"time\":\"2026-11-22T08:15:30.999999Z\","))
    #expect(text.contains("\"request_processing_time\":0.002,"))
    #expect(text.contains("\"user_agent\":\"a\\u0022b\\u005Cc\\u0007\\u00C3\\u00BC, long"))
    #expect(text.contains("\"matched_rule_priority\":42,"))
    #expect(text.hasSuffix("\"request_transform_status\":\"-\"}\n"))
    let refused = line(.json, record([:]))
    #expect(refused.contains("\"elb_status_code\":\"-\",\"target_status_code\":\"-\","))
    #expect(refused.contains("\"matched_rule_priority\":\"-\","))
}

/// Every text as long as a record holds it, and of nothing but what must be escaped.
@Test(arguments: AccessFormat.allCases)
func theLongestLineHasRoom(format: AccessFormat) {
    let long = String(repeating: "\u{1}", count: AccessRecord.textBytesMax)
    let all = Dictionary(uniqueKeysWithValues: AccessRecord.Text.allCases.map { ($0, long) })
    let text = line(
        format, record(all), loadBalancer: "app/" + String(repeating: "x", count: 64))
    #expect(text.utf8.count < AccessLine.bytesMax)
    #expect(text.hasSuffix("\n"))
}

@Test func aSecondsTextIsKeptAndChanged() {
    var clock = AccessClock(offset: 951_782_400_000_000)
    func text(_ steady: Int64) -> String {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { place in
            guard let base = place.baseAddress else { return 0 }
            var writer = ByteWriter(base, capacity: place.count)
            clock.write(steady, to: &writer)
            return writer.count
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
    #expect(text(0) == "2000-02-29T00:00:00.000000Z")
    #expect(text(1) == "2000-02-29T00:00:00.000001Z")
    #expect(text(86_400_000_000) == "2000-03-01T00:00:00.000000Z")
    #expect(text(999_999) == "2000-02-29T00:00:00.999999Z")
}
