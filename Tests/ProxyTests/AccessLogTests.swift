import Foundation
import Glibc
import Model
import Testing

@testable import Proxy

/// Serves `configuration` with an access log, and hands over the log's lines after the end.
private func lines(
    _ format: AccessFormat, _ configuration: LoadBalancerConfiguration,
    _ body: (DataPlane, UInt16, String) async throws -> Void
) async throws -> [String] {
    let path = NSTemporaryDirectory() + "access-\(UUID().uuidString).log"
    defer { for suffix in ["", ".1"] { unlink(path + suffix) } }
    let options = AccessLogOptions(path: path, format: format, loadBalancer: "app/web/1")
    let plane = try DataPlane(workers: 1, accessLog: options)
    do {
        try await plane.apply(configuration)
        try await body(plane, try #require(await plane.port(of: "http")), path)
    } catch {
        await plane.end(milliseconds: 0)
        throw error
    }
    await plane.end(milliseconds: 0)
    return try String(contentsOfFile: path, encoding: .utf8)
        .split(separator: "\n").map(String.init)
}

/// The fields of a line, quotes taken off.
private func fields(_ line: String) -> [String] {
    var fields: [String] = [""]
    var isQuoted = false
    for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case " " where !isQuoted: fields.append("")
        default: fields[fields.count - 1].append(character)
        }
    }
    return fields
}

private func field(_ name: String, _ line: String) -> String? {
    guard let field = AccessField(rawValue: name),
        let index = AccessField.allCases.firstIndex(of: field)
    else { return nil }
    return fields(line)[index]
}

@Test func aRequestIsALineOfALBsFields() async throws {
    let target = try ScriptedTarget.http { _ in response("hello", status: "201 Created") }
    defer { target.stop() }
    let log = try await lines(.alb, configuration([target.port])) { _, port, _ in
        let client = try RawSocket(connectedTo: port)
        client.send(
            "POST /a?b=c HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: te\"st 1\r\n"
                + "X-Amzn-Trace-Id: Root=1-2-3\r\nContent-Length: 3\r\n\r\nabc")
        _ = try MessageReader(client).next()
    }
    let line = try #require(log.first)
    #expect(log.count == 1)
    #expect(fields(line).count == 33)
    let port = try #require(field("client:port", line)).split(separator: ":")
    #expect(port.first == "127.0.0.1" && port.count == 2)
    let expected = [
        "type": "http", "elb": "app/web/1", "target:port": "127.0.0.1:\(target.port)",
        "elb_status_code": "201", "target_status_code": "201", "user_agent": "te\\x22st 1",
        "trace_id": "Root=1-2-3", "domain_name": "shop.example", "matched_rule_priority": "0",
        "actions_executed": "forward", "redirect_url": "-", "error_reason": "-",
        "target:port_list": "127.0.0.1:\(target.port)", "target_status_code_list": "201",
        "classification": "-", "conn_trace_id": "-", "chosen_cert_arn": "-",
        "target_group_arn": Realm.local.targetGroup("blue"),
    ]
    for (name, value) in expected { #expect(field(name, line) == value) }
    #expect(field("request", line)?.hasPrefix("POST http://shop.example:") == true)
    #expect(field("request", line)?.hasSuffix("/a?b=c HTTP/1.1") == true)
    #expect(Int(field("received_bytes", line) ?? "") ?? 0 > 100)
    #expect(Int(field("sent_bytes", line) ?? "") ?? 0 > 40)
    #expect(line.contains("\"te\\x22st 1\""))
}

@Test func whatTheBalancerAnswersItselfIsLoggedToo() async throws {
    let configuration = configuration([1]) { configuration in
        configuration.listeners[0].rules = [
            Rule(
                name: "a", listener: "http", priority: 7, conditions: [.pathPattern(["/a"])],
                action: .fixedResponse(statusCode: 403, contentType: "text/plain", body: "no")),
            Rule(
                name: "b", listener: "http", priority: 9, conditions: [.pathPattern(["/b"])],
                action: .redirect(statusCode: 301, location: "https://#{host}:443/x")),
        ]
    }
    let log = try await lines(.alb, configuration) { _, port, _ in
        for text in [
            "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "GET /b HTTP/1.1\r\nHost: h\r\n\r\n", "?\r\n\r\n",
        ] {
            let client = try RawSocket(connectedTo: port)
            client.send(text)
            _ = try MessageReader(client).next()
        }
    }
    #expect(log.count == 3)
    #expect(log.map { field("elb_status_code", $0) } == ["403", "301", "400"])
    #expect(
        log.map { field("actions_executed", $0) } == ["fixed-response", "redirect", "-"])
    #expect(log.map { field("matched_rule_priority", $0) } == ["7", "9", "-"])
    #expect(log.map { field("target:port", $0) } == ["-", "-", "-"])
    #expect(log.map { field("request_processing_time", $0) } == ["-1", "-1", "-1"])
    #expect(field("redirect_url", log[1]) == "https://h:443/x")
    #expect(field("request", log[2]) == "- - -")
}

@Test func aClientThatGoesAwayIsStatus460() async throws {
    let asked = Gate()
    let target = try ScriptedTarget { socket, _ in
        while let request = try MessageReader(socket).next() {
            if request.start.hasPrefix("GET /slow") { asked.open() }
        }
    }
    defer { target.stop() }
    let log = try await lines(.json, configuration([target.port])) { plane, port, _ in
        do {
            let client = try RawSocket(connectedTo: port)
            client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
            asked.wait()
            client.resetOnClose()
        }
        try await eventually("the abort is counted") {
            await plane.metrics().contains("teal_client_aborts_total{listener=\"http\"} 1")
        }
    }
    let line = try #require(log.first)
    let object = try JSONDecoder().decode([String: JSON].self, from: Data(line.utf8))
    #expect(object.count == 33)
    #expect(object["elb_status_code"] == .integer(460))
    #expect(object["target_status_code"] == .string("-"))
    #expect(object["type"] == .string("http"))
}

@Test func aRenamedLogIsBegunAnew() async throws {
    let target = try ScriptedTarget.http { _ in response("x") }
    defer { target.stop() }
    let log = try await lines(.alb, configuration([target.port])) { plane, port, path in
        _ = try await getAside(port, "/one")
        try await eventually("the first line is there") {
            ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").contains("/one")
        }
        #expect(rename(path, path + ".1") == 0)
        plane.reopenAccessLog()
        try await eventually("the file is there again") { access(path, F_OK) == 0 }
        _ = try await getAside(port, "/two")
    }
    #expect(log.count == 1)
    #expect(log.first?.contains("/two") == true)
}

@Test func aFullRingDropsAndCounts() {
    let ring = LineRing()
    let size = 1 << 16
    var written = 0
    for _ in 0..<100 where ring.write(size, { _ in size }) { written += 1 }
    #expect(written == LineRing.capacity / size)
    #expect(ring.droppedCount == 100 - written)
    #expect(!ring.write(LineRing.lineBytesMax + 1) { _ in 1 })
    var read = 0
    ring.drain { read += $0.count }
    #expect(read == written * size)
}

/// What was read makes room, also across the end of the memory.
@Test func aRingKeepsWhatGoesAcrossItsEnd() {
    let ring = LineRing()
    var expected: [UInt8] = []
    var found: [UInt8] = []
    for number in 0..<2000 {
        let line = (0..<1 + number * 37 % 5000).map { UInt8(truncatingIfNeeded: $0 + number) }
        let isWritten = ring.write(line.count + 100) { place in
            place.copyMemory(from: line, byteCount: line.count)
            return line.count
        }
        #expect(isWritten)
        expected = line
        found = []
        ring.drain { found += $0 }
        #expect(found == expected)
    }
}
