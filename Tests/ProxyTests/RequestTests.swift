import Foundation
import Model
import Proxy
import Testing

@Test func connectionsAreKeptOnBothSides() async throws {
    let target = try ScriptedTarget.http { response("path \($0.start)") }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        let client = try RawSocket(connectedTo: port)
        let reader = MessageReader(client)
        for number in 0..<20 {
            client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try #require(try reader.next())
            #expect(answer.status == 200)
            #expect(answer.text == "path GET /\(number) HTTP/1.1")
            #expect(answer.field("Connection") == nil)
        }
        // One connection for the requests, one for the health check.
        #expect(target.accepted <= 2)
    }
}

@Test func requestsInOneSendAreAnsweredInOrder() async throws {
    let target = try ScriptedTarget.http { response($0.start + $0.text) }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        var text = ""
        for number in 0..<50 {
            text += "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        }
        client.send(text)
        let reader = MessageReader(client)
        for number in 0..<50 {
            #expect(try reader.next()?.text == "POST /\(number) HTTP/1.1abc")
        }
    }
}

@Test func aRequestMayArriveByteByByte() async throws {
    let target = try ScriptedTarget.http { response($0.start + $0.text) }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        let text =
            "POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: v\r\n\r\n"
        for byte in text.utf8 { client.send([byte]) }
        let answer = try MessageReader(client).next()
        #expect(answer?.text == "POST /slow HTTP/1.1abcde")
    }
}

/// Bodies larger than every buffer on the way, both ways, with either framing.
@Test(arguments: [true, false])
func largeBodiesArriveWhole(isChunked: Bool) async throws {
    let size = 3_000_000
    let target = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while let request = try reader.next() {
            let head =
                isChunked
                ? "Transfer-Encoding: chunked\r\n\r\n"
                : "Content-Length: \(request.body.count)\r\n\r\n"
            socket.send("HTTP/1.1 200 OK\r\n\(head)")
            guard isChunked else {
                socket.send(request.body)
                continue
            }
            for start in stride(from: 0, to: request.body.count, by: 7001) {
                let piece = request.body[start..<min(start + 7001, request.body.count)]
                socket.send("\(String(piece.count, radix: 16))\r\n")
                socket.send(Array(piece) + Array("\r\n".utf8))
            }
            socket.send("0\r\n\r\n")
        }
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let client = try RawSocket(connectedTo: port)
        for _ in 0..<2 {
            client.send("POST / HTTP/1.1\r\nHost: a\r\n")
            if isChunked {
                client.send("Transfer-Encoding: chunked\r\n\r\n")
                for start in stride(from: 0, to: size, by: 100_003) {
                    let piece = body[start..<min(start + 100_003, size)]
                    client.send("\(String(piece.count, radix: 16))\r\n")
                    client.send(Array(piece) + Array("\r\n".utf8))
                }
                client.send("0\r\n\r\n")
            } else {
                client.send("Content-Length: \(size)\r\n\r\n")
                client.send(body)
            }
            let answer = try #require(try MessageReader(client).next())
            #expect(answer.body == body)
        }
    }
}

@Test func theTargetIsToldWhoAsksAndHow() async throws {
    let target = try ScriptedTarget.http { request in
        response(request.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        client.send(
            "GET / HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 10.0.0.1\r\n"
                + "Connection: X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\n\r\n")
        let answer = try #require(try MessageReader(client).next())
        #expect(
            answer.text.split(separator: "\n").dropLast() == [
                "Host: shop.example:\(port)", "X-Forwarded-For: 10.0.0.1, 127.0.0.1",
                "X-Forwarded-Proto: http", "X-Forwarded-Port: \(port)",
            ])
        #expect(answer.text.contains("\nX-Amzn-Trace-Id: Root=1-"))
    }
}

@Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("NONSENSE\r\n\r\n", 400),
    ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
    ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", 431),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
])
func whatIsNotHTTPIsRefusedAndTheConnectionEnds(text: String, status: Int) async throws {
    let target = try ScriptedTarget.http { _ in response("never") }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        // A smuggled request after it must never be answered.
        client.send(text + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        let all = try client.receiveAll()
        #expect(all.hasPrefix("HTTP/1.1 \(status) "))
        #expect(all.contains("Connection: close\r\n"))
        #expect(all.components(separatedBy: "HTTP/1.1 ").count == 2)
    }
}

/// A head of many fields within the limits passes, though it needs several reads.
@Test func aLargeHeadWithinTheLimitsPasses() async throws {
    let target = try ScriptedTarget.http { response("\($0.fields.count)") }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        let fields = (0..<60).map { "X-\($0): \(String(repeating: "v", count: 1000))\r\n" }
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\(fields.joined())\r\n")
        #expect(try MessageReader(client).next()?.text == "65")
    }
}

@Test func moreConnectionsThanTheLimitWaitTheirTurn() async throws {
    let target = try ScriptedTarget.http { _ in response("ok") }
    defer { target.stop() }
    var limits = WorkerLimits()
    limits.clientsMax = 2
    try await withPlane(configuration([target.port]), limits: limits) { _, port in
        var clients = try (0..<2).map { _ in try RawSocket(connectedTo: port) }
        for client in clients {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try MessageReader(client).next()?.status == 200)
        }
        let third = try RawSocket(connectedTo: port)
        third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        clients.removeAll()
        #expect(try MessageReader(third).next()?.status == 200)
    }
}

@Test func aRulesActionIsTaken() async throws {
    let target = try ScriptedTarget.http { _ in response("target") }
    defer { target.stop() }
    let rules = [
        Rule(
            name: "fixed", listener: "http", priority: 1, conditions: [.pathPattern(["/fixed"])],
            action: .fixedResponse(statusCode: 404, contentType: "text/html", body: "<b>no</b>")),
        Rule(
            name: "moved", listener: "http", priority: 2, conditions: [.pathPattern(["/old/*"])],
            action: .redirect(statusCode: 301, location: "http://#{host}/new/#{path}?#{query}")),
        Rule(
            name: "none", listener: "http", priority: 3, conditions: [.pathPattern(["/empty"])],
            action: .forward([WeightedTargetGroup(targetGroup: "empty", weight: 1)])),
    ]
    let configuration = configuration([target.port]) {
        $0.listeners[0].rules = rules
        $0.targetGroups.append(TargetGroup(name: "empty"))
    }
    try await withPlane(configuration) { _, port in
        let fixed = try get(port, "/fixed")
        #expect(fixed.status == 404)
        #expect(fixed.text == "<b>no</b>")
        #expect(fixed.field("Content-Type") == "text/html")
        let moved = try get(port, "/old/x?y=z")
        #expect(moved.status == 301)
        #expect(moved.field("Location") == "http://a/new/old/x?y=z")
        #expect(try get(port, "/empty").status == 503)
        #expect(try get(port, "/else").text == "target")
    }
}
