import Foundation
import Model
import Routing
import Testing

@testable import Proxy

/// What is known of a request, and who sent it.
private struct Sample {
    var texts: [AccessNote.Text: String] = [:]
    var record = AccessRecord(startedAt: 1_000_000, endedAt: 1_999_999, clientPort: 4711)
    var client = "127.0.0.1"
    var loadBalancer = "app/web/1"

    func line(_ format: AccessFormat) throws -> String {
        let blocks = Blocks()
        var note = AccessNote(record)
        defer { note.clear(blocks) }
        for (text, value) in texts {
            Array(value.utf8).withUnsafeBytes { note.append(text, $0, format, blocks) }
        }
        // 2026-11-22T08:15:29Z.
        var clock = AccessClock(offset: 1_795_335_329_000_000)
        let separators = AccessSeparators(format)
        defer { separators.deallocate() }
        let address = AddressText(try #require(IPAddress(client)))
        var bytes = [UInt8](repeating: 0, count: AccessLine.room(for: note))
        let count = bytes.withUnsafeMutableBytes { place in
            guard let base = place.baseAddress else { return 0 }
            var line = AccessLine(base, capacity: place.count, separators, format)
            Array(loadBalancer.utf8).withUnsafeBytes {
                line.write(note, from: address, of: $0, &clock)
            }
            return line.writer.count
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

private let answered: Sample = {
    var sample = Sample(
        texts: [
            .request: "GET http://shop.example:8080/a?b=c HTTP/1.1", .host: "shop.example",
            .userAgent: "a\"b\\c\u{7}ü, long enough for a stride", .target: "10.0.0.7:9000",
            .targetGroup: "arn:blue",
        ], client: "2001:db8::1")
    sample.record.dispatchedAt = 1_002_500
    sample.record.answeredAt = 1_250_000
    sample.record.receivedBytes = 120
    sample.record.sentBytes = 123_456_789
    sample.record.status = 200
    sample.record.targetStatus = 200
    sample.record.priority = 42
    sample.record.action = .forward
    sample.record.trace = TraceID(
        seconds: 0x6789_1233, random: 0xABCD_EF01, 0x2345_6789_1234_5678)
    return sample
}()

/// What the head in `text` is noted as: the request, and the agent.
private func noted(_ text: String, _ format: AccessFormat) throws -> (String, String) {
    let bytes = Array(text.utf8)
    var fields = [Field](repeating: Field(), count: 101)
    let blocks = Blocks()
    var note = AccessNote(AccessRecord(startedAt: 0))
    defer { note.clear(blocks) }
    try bytes.withUnsafeBytes { bytes in
        try fields.withUnsafeMutableBufferPointer { fields in
            let head = try RequestHead.parse(bytes, into: fields)
            note.append(head, bytes, at: 8080, format, blocks)
        }
    }
    return (
        String(decoding: note.text(.request), as: UTF8.self),
        String(decoding: note.text(.userAgent), as: UTF8.self)
    )
}

@Test func aLineHasALBsFieldsByteForByte() throws {
    #expect(
        try answered.line(.alb)
            == "http 2026-11-22T08:15:30.999999Z app/web/1 [2001:db8::1]:4711 10.0.0.7:9000"
            + " 0.002 0.247 0.749 200 200 120 123456789"
            + " \"GET http://shop.example:8080/a?b=c HTTP/1.1\""
            + " \"a\\x22b\\x5Cc\\x07\\xC3\\xBC, long enough for a stride\" - - arn:blue"
            + " \"Root=1-67891233-abcdef012345678912345678\" \"shop.example\" \"-\" 42"
            + " 2026-11-22T08:15:30.000000Z \"forward\" \"-\" \"-\" \"10.0.0.7:9000\" \"200\""
            + " \"-\" \"-\" - \"-\" \"-\" \"-\"\n")
}

@Test func whatThereIsNoneOfIsADash() throws {
    var refused = Sample()
    refused.record.status = 400
    #expect(
        try refused.line(.alb)
            == "http 2026-11-22T08:15:30.999999Z app/web/1 127.0.0.1:4711 - -1 -1 -1 400 - 0 0"
            + " \"- - -\" \"-\" - - - \"-\" \"-\" \"-\" - 2026-11-22T08:15:30.000000Z"
            + " \"-\" \"-\" \"-\" \"-\" \"-\" \"-\" \"-\" - \"-\" \"-\" \"-\"\n")
}

@Test func jsonQuotesAllButNumbers() throws {
    let text = try answered.line(.json)
    #expect(text.hasPrefix("{\"type\":\"http\",\"time\":\"2026-11-22T08:15:30.999999Z\","))
    #expect(text.contains("\"request_processing_time\":0.002,"))
    #expect(text.contains("\"user_agent\":\"a\\u0022b\\u005Cc\\u0007\\u00C3\\u00BC, long"))
    #expect(text.contains("\"matched_rule_priority\":42,"))
    #expect(text.hasSuffix("\"request_transform_status\":\"-\"}\n"))
    let refused = try Sample().line(.json)
    #expect(refused.contains("\"elb_status_code\":\"-\",\"target_status_code\":\"-\","))
    #expect(refused.contains("\"matched_rule_priority\":\"-\","))
    for line in [text, refused] {
        let object = try JSONDecoder().decode([String: JSON].self, from: Data(line.utf8))
        #expect(Set(object.keys) == Set(AccessField.allCases.map(\.rawValue)))
    }
}

@Test func aHeadIsNotedAsTheLineHasIt() throws {
    let rest = "\r\nUser-Agent: a\"b\r\n\r\n"
    for (head, expected) in [
        ("GET /a?b=c HTTP/1.1\r\nHost: h", "GET http://h:8080/a?b=c HTTP/1.1"),
        ("GET / HTTP/1.0\r\nHost: h:81", "GET http://h:81/ HTTP/1.0"),
        ("PUT / HTTP/1.1\r\nHost: [::1]", "PUT http://[::1]:8080/ HTTP/1.1"),
        ("OPTIONS * HTTP/1.1\r\nHost: h", "OPTIONS http://h:8080* HTTP/1.1"),
    ] {
        #expect(try noted(head + rest, .alb) == (expected, "a\\x22b"))
        #expect(try noted(head + rest, .json) == (expected, "a\\u0022b"))
    }
    let long = String(repeating: "x", count: AccessNote.textBytesMax)
    let cut = try noted("GET /\(long) HTTP/1.1\r\nHost: h" + rest, .alb).0
    #expect(cut == "GET http://h:8080/\(long.dropLast()) HTTP/1.1")
}

/// Every text as long as a note holds it, and of nothing but what must be escaped.
@Test(arguments: AccessFormat.allCases)
func theLongestLineHasRoom(format: AccessFormat) throws {
    let long = String(repeating: "\u{1}", count: AccessNote.textBytesMax)
    var sample = Sample(loadBalancer: "app/" + String(repeating: "x", count: 252))
    for text in AccessNote.Text.allCases { sample.texts[text] = long }
    // Ours hold nothing to escape.
    sample.texts[.target] = String(repeating: "x", count: AccessNote.textBytesMax)
    let line = try sample.line(format)
    #expect(line.utf8.count < LineRing.lineBytesMax)
    #expect(line.hasSuffix("\n"))
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
