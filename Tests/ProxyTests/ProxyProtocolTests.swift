import Model
import Testing

@testable import Proxy

private func required(
    generation: UInt64 = 1, _ port: UInt16,
    _ change: (inout LoadBalancerConfiguration, inout ConnectionAttributes) -> Void = { _, _ in }
) -> LoadBalancerConfiguration {
    configuration(generation: generation, [port]) {
        var attributes = ConnectionAttributes()
        attributes.requiresProxyProtocol = true
        change(&$0, &attributes)
        $0.listeners[0].connections = attributes
    }
}

/// A target that answers with whom a request was from.
private func forwardedFor() throws -> ScriptedTarget {
    try ScriptedTarget.http { response($0.field("X-Forwarded-For") ?? "-") }
}

private let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
private let text = Array("PROXY TCP4 192.0.2.7 198.51.100.2 5000 443\r\n".utf8)
private let binary: [UInt8] =
    [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0x11, 0, 12, 192, 0, 2, 7]
    + [198, 51, 100, 2, 0x13, 0x88, 1, 187]

/// What is answered to `bytes`; `nil` when the connection ends without an answer.
private func answer(_ port: UInt16, _ bytes: [UInt8], from host: UInt8 = 1) throws -> String? {
    let client = try RawSocket(connectedTo: port, from: host)
    client.send(bytes)
    return (try? MessageReader(client).next())?.text
}

private func rejected(_ plane: DataPlane, _ reason: String) async -> Bool {
    let line = "teal_rejected_connection_count{listener=\"http\",reason=\"\(reason)\"} 1"
    return await plane.metrics().split(separator: "\n").contains { $0 == line }
}

@Test func theClientIsWhomTheHeaderNames() async throws {
    let target = try forwardedFor()
    defer { target.stop() }
    try await withPlane(required(target.port)) { _, port in
        try #expect(answer(port, text + request) == "192.0.2.7")
        try #expect(answer(port, binary + request) == "192.0.2.7")
        try #expect(answer(port, Array("PROXY UNKNOWN\r\n".utf8) + request) == "127.0.0.1")
        let six = Array("PROXY TCP6 2001:db8::7 ::1 5000 443\r\n".utf8)
        try #expect(answer(port, six + request) == "2001:db8::7")
        // It holds for every request of the connection, also when all comes byte by byte.
        let client = try RawSocket(connectedTo: port)
        for byte in text + request + request { client.send([byte]) }
        let reader = MessageReader(client)
        #expect(try reader.next()?.text == "192.0.2.7")
        #expect(try reader.next()?.text == "192.0.2.7")
    }
}

@Test func rulesLookAtTheClientThatTheHeaderNames() async throws {
    let target = try forwardedFor()
    defer { target.stop() }
    let table = required(target.port) { configuration, _ in
        configuration.listeners[0].rules = [
            Rule(
                name: "near", listener: "http", priority: 1,
                conditions: [.sourceIP(["192.0.2.0/24"])],
                action: .fixedResponse(
                    statusCode: 200, contentType: "text/plain", body: "near"))
        ]
    }
    try await withPlane(table) { _, port in
        try #expect(answer(port, binary + request) == "near")
        let far = Array("PROXY TCP4 198.51.100.1 198.51.100.2 5000 443\r\n".utf8)
        try #expect(answer(port, far + request) == "198.51.100.1")
    }
}

@Test func aConnectionWithoutAHeaderIsClosed() async throws {
    let target = try forwardedFor()
    defer { target.stop() }
    for bytes in [request, Array("PROXY TCP4 192.0.2.7\r\n".utf8) + request] {
        try await withPlane(required(target.port)) { plane, port in
            try #expect(answer(port, bytes) == nil)
            #expect(await rejected(plane, "proxy_protocol"))
            // One that goes without a word is a check of the port, and no matter.
            _ = try RawSocket(connectedTo: port)
            try #expect(answer(port, text + request) == "192.0.2.7")
            #expect(await rejected(plane, "proxy_protocol"))
        }
    }
}

@Test func aHeaderHasAsLongAsAHead() async throws {
    let target = try forwardedFor()
    defer { target.stop() }
    let table = required(target.port) { configuration, _ in
        configuration.listeners[0].idleTimeoutSeconds = 1
    }
    try await withPlane(table) { plane, port in
        try #expect(answer(port, Array(text.dropLast())) == nil)
        #expect(await rejected(plane, "proxy_protocol"))
    }
}

@Test func onlySomeMaySendAHeader() async throws {
    let target = try forwardedFor()
    defer { target.stop() }
    let table = required(target.port) { $1.proxyProtocolSources = ["127.0.0.2/31"] }
    try await withPlane(table) { plane, port in
        try #expect(answer(port, text + request) == nil)
        #expect(await rejected(plane, "proxy_protocol_source"))
        try #expect(answer(port, text + request, from: 2) == "192.0.2.7")
        try #expect(answer(port, text + request, from: 3) == "192.0.2.7")
    }
}

@Test func connectionsOfTheClientThatIsNamedAreCounted() async throws {
    let target = try forwardedFor()
    defer { target.stop() }
    let table = required(target.port) { $1.maximumPerAddress = 1 }
    try await withPlane(table) { plane, port in
        let client = try RawSocket(connectedTo: port)
        client.send(text + request)
        #expect(try MessageReader(client).next()?.text == "192.0.2.7")
        try #expect(answer(port, binary + request) == nil)
        #expect(await rejected(plane, "maximum_per_address"))
        let other = Array("PROXY TCP4 192.0.2.8 198.51.100.2 5000 443\r\n".utf8)
        try #expect(answer(port, other + request) == "192.0.2.8")
        client.endSending()
        try await eventually("the client may come again") {
            try answer(port, text + request) == "192.0.2.7"
        }
    }
}

// MARK: Towards targets

private func announced(_ port: UInt16, isV2: Bool, _ more: [UInt16] = [])
    -> LoadBalancerConfiguration
{
    configuration([port] + more) {
        var attributes = TargetGroupAttributes()
        attributes.sendsProxyProtocolV1 = !isV2
        attributes.sendsProxyProtocolV2 = isV2
        $0.targetGroups[0].attributes = attributes
    }
}

/// Reads exactly so many bytes.
private func take(_ count: Int, _ socket: RawSocket) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
        guard let more = try socket.receive(max: count - bytes.count) else { break }
        bytes += more
    }
    return bytes
}

/// Reads a header of version 1.
private func takeLine(_ socket: RawSocket) throws -> String {
    var line: [UInt8] = []
    while !line.ends(with: "\r\n".utf8), line.count < 107 {
        let byte = try take(1, socket)
        guard !byte.isEmpty else { break }
        line += byte
    }
    return String(decoding: line, as: UTF8.self)
}

/// A target that answers one request of each connection with the header that it began with, and
/// keeps the connection open.
private func announcedTarget(isV2: Bool, _ count: Counter) throws -> ScriptedTarget {
    try ScriptedTarget { socket, _ in
        let header =
            try isV2
            ? take(16, socket).map { String($0) }.joined(separator: " ")
            : String(takeLine(socket).prefix { !$0.isNewline })
        if isV2, header.contains("33 17 0 12") { _ = try take(12, socket) }
        let reader = MessageReader(socket)
        while let request = try reader.next() {
            if request.field("User-Agent") != nil {
                count.add()
                #expect(isV2 ? header.hasSuffix("32 0 0 0") : header == "PROXY UNKNOWN")
            }
            socket.send(response(header))
        }
    }
}

@Test(arguments: [false, true])
func targetsAreToldWhoseConnectionItIs(isV2: Bool) async throws {
    let probes = Counter()
    let target = try announcedTarget(isV2: isV2, probes)
    defer { target.stop() }
    try await withPlane(announced(target.port, isV2: isV2)) { _, port in
        try await eventually("the target is probed") { probes.value > 0 }
        let before = target.accepted
        let client = try RawSocket(connectedTo: port)
        let reader = MessageReader(client)
        var answers: [String] = []
        for _ in 0..<3 {
            client.send(request)
            answers.append(try #require(try reader.next()).text)
        }
        // What another client would say in the name of this one is on a connection of its own.
        #expect(target.accepted == before + 3)
        #expect(Set(answers).count == 1)
        if isV2 {
            #expect(answers[0].hasSuffix("33 17 0 12"))
        } else {
            let words = answers[0].split(separator: " ")
            #expect(words.prefix(4) == ["PROXY", "TCP4", "127.0.0.1", "127.0.0.1"])
            #expect(words.last.flatMap { UInt16($0) } == port)
        }
    }
}

@Test func aRescuedRequestBeginsWithItsHeaderToo() async throws {
    let probes = Counter()
    let target = try announcedTarget(isV2: false, probes)
    defer { target.stop() }
    let gone = try refusingPort()
    try await withPlane(announced(gone, isV2: false, [target.port])) { _, port in
        for _ in 0..<4 {
            let answer = try get(port)
            #expect(answer.status == 200 && answer.text.hasPrefix("PROXY TCP4 127.0.0.1"))
        }
    }
}

@Test func connectionsFromBeforeAreNotUsedOnceTheyMustBeAnnounced() async throws {
    let target = try ScriptedTarget { socket, _ in
        let first = try take(5, socket)
        let isAnnounced = first == Array("PROXY".utf8)
        if isAnnounced { _ = try takeLine(socket) }
        let reader = MessageReader(socket)
        while try reader.next() != nil { socket.send(response(isAnnounced ? "yes" : "no")) }
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { plane, port in
        #expect(try get(port).text == "no")
        var next = announced(target.port, isV2: false)
        next.generation = 2
        try await plane.apply(next)
        for _ in 0..<3 { #expect(try get(port).text == "yes") }
        try await plane.apply(configuration(generation: 3, [target.port]))
        for _ in 0..<3 { #expect(try get(port).text == "no") }
    }
}
