import Model
import Proxy
import Testing

/// What a target sends on a connection, and what the client gets for it.
private func relay(
    _ text: String, request: String = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", pieces: Int = 1,
    closes: Bool = false
) async throws -> String {
    let target = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while try reader.next() != nil {
            let bytes = Array(text.utf8)
            let size = max(1, bytes.count / pieces)
            for start in stride(from: 0, to: bytes.count, by: size) {
                socket.send(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            if closes { return }
        }
    }
    defer { target.stop() }
    var answer = ""
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        client.send(request)
        client.endSending()
        answer = try client.receiveAll()
    }
    return answer
}

/// However it is cut, a response is the same to the client, but for where its chunks end.
@Test(arguments: [1, 2, 5, 1000])
func aResponseMayArriveInPieces(pieces: Int) async throws {
    let answer = try await relay(
        "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        pieces: pieces)
    let head = "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(answer.hasPrefix(head))
    #expect(answer.hasSuffix("\r\n0\r\n\r\n"))
    #expect(answer.dropFirst(head.count).filter { "abc".contains($0) } == "abc")
}

@Test func interimResponsesAreRelayed() async throws {
    let answer = try await relay(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 2\r\n\r\nok")
    #expect(
        answer == "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 2\r\n\r\nok")
}

@Test func anHTTP10ClientGetsNoChunksAndNoInterimResponses() async throws {
    let answer = try await relay(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nDate: d\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        request: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(answer == "HTTP/1.1 200 OK\r\nDate: d\r\nConnection: close\r\n\r\nok")
}

@Test func aHeadRequestsResponseHasNoBody() async throws {
    let answer = try await relay(
        "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 5\r\n\r\n",
        request: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer == "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 5\r\n\r\n")
}

@Test func aBodyThatEndsWithItsConnectionIsChunked() async throws {
    let answer = try await relay("HTTP/1.0 200 OK\r\nDate: d\r\n\r\nall of it", closes: true)
    #expect(
        answer == "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "9\r\nall of it\r\n0\r\n\r\n")
}

/// A body that breaks off looks so: less than its length, or no last chunk.
@Test(arguments: [
    (
        "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 9\r\n\r\nhalf"
    ),
    (
        "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    ),
])
func truncationIsVisible(text: String, expected: String) async throws {
    #expect(try await relay(text, closes: true) == expected)
}

@Test func aBodyWithoutFramingThatIsCutIsReset() async throws {
    let target = try ScriptedTarget { socket, _ in
        _ = try MessageReader(socket).next()
        socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nbroken")
        _ = try socket.receive()
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET / HTTP/1.0\r\n\r\n")
        #expect(throws: RawSocket.Failure.self) { _ = try client.receiveAll() }
    }
}

@Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    "not HTTP at all\r\n\r\n",
])
func aTargetThatSpeaksNonsenseIsABadGateway(text: String) async throws {
    let answer = try await relay(text)
    #expect(answer.hasPrefix("HTTP/1.1 502 "))
}

@Test func bytesAfterAResponseEndTheTargetsConnection() async throws {
    let target = try ScriptedTarget { socket, _ in
        let reader = MessageReader(socket)
        while try reader.next() != nil { socket.send(response("ok") + "HTTP/1.1 200 OK\r\n") }
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        let reader = MessageReader(client)
        for _ in 0..<3 {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try reader.next()?.text == "ok")
        }
        #expect(target.accepted >= 3)
    }
}

/// The answer to a body nobody waits for arrives, and the connection ends.
@Test func anEarlyAnswerReachesTheClient() async throws {
    let target = try ScriptedTarget { socket, _ in
        _ = try MessageReader(socket).next(hasBody: false)
        socket.send(response("too large", status: "413 Too Large"))
        while try socket.receive() != nil {}
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nsome of it")
        let answer = try #require(try MessageReader(client).next())
        #expect(answer.status == 413)
        #expect(answer.field("Connection") == "close")
    }
}

/// A client that reads nothing holds its target back instead of filling our memory.
@Test func aSlowClientHoldsItsTargetBack() async throws {
    let size = 64 * 1024 * 1024
    let sent = Counter()
    let target = try ScriptedTarget { socket, _ in
        guard try MessageReader(socket).next()?.start.hasPrefix("GET /large") == true else {
            return
        }
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
        let piece = [UInt8](repeating: 7, count: 65536)
        for _ in 0..<(size / piece.count) {
            socket.send(piece)
            sent.add(piece.count)
        }
    }
    defer { target.stop() }
    try await withPlane(configuration([target.port])) { _, port in
        let client = try RawSocket(connectedTo: port)
        client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        var before = -1
        // It stops when every buffer on the way is full.
        try await eventually("the target was never held back") {
            defer { before = sent.value }
            try await _Concurrency.Task.sleep(for: .milliseconds(100))
            return sent.value > 0 && sent.value == before
        }
        #expect(sent.value < size)
        let answer = try #require(try MessageReader(client).next())
        #expect(answer.body.count == size)
    }
}
