import Routing
import Testing

@Test(arguments: [
    (
        "GET /a?b HTTP/1.0\r\nAccept:  x \r\nConnection: keep-alive\r\nUser-Agent: c\r\n\r\n",
        "GET /a?b HTTP/1.1\r\nHost: localhost:8080\r\nAccept: x\r\nUser-Agent: c\r\n"
            + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n\r\n"
    ),
    (
        "GET http://b?q HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-B: 2\r\n\r\n",
        "GET /?q HTTP/1.1\r\nHost: b:8080\r\nX-A: 1\r\nX-B: 2\r\n"
            + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n\r\n"
    ),
    (
        "GET / HTTP/1.1\r\nHost: a:99\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\n"
            + "X-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:99\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2, 192.0.2.7\r\n"
            + "X-Forwarded-Proto: http\r\n\r\n"
    ),
    (
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: X-Gone, close\r\nX-Gone: 1\r\nKeep-Alive: 5\r\n"
            + "TE: trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nProxy-Connection: y\r\n"
            + "Transfer-Encoding: chunked\r\nTrailer: T\r\nX-Kept: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a:8080\r\nX-Kept: 2\r\nX-Forwarded-For: 192.0.2.7\r\n"
            + "X-Forwarded-Proto: http\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    (
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a:8080\r\nX-Forwarded-For: 192.0.2.7\r\n"
            + "X-Forwarded-Proto: http\r\nContent-Length: 7\r\n\r\n"
    ),
    (
        "PUT / HTTP/1.1\r\nHost: a\r\nConnection: X-Forwarded-For\r\n"
            + "X-Forwarded-For: 1.2.3.4\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a:8080\r\nX-Forwarded-For: 192.0.2.7\r\n"
            + "X-Forwarded-Proto: http\r\nContent-Length: 0\r\n\r\n"
    ),
])
func requestsAreWrittenAnew(text: String, expected: String) {
    #expect(Heads.rewritten(text) == expected)
}

@Test func theUsualPortsAreNotNamedInHost() {
    #expect(
        Heads.rewritten("GET / HTTP/1.1\r\nHost: a:8080\r\n\r\n", port: 80)?
            .contains("Host: a\r\n") == true)
    #expect(
        Heads.rewritten("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", port: 81)?
            .contains("Host: [::1]:80\r\n") == true)
}

@Test(arguments: [
    (
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: X-Gone\r\nX-Gone: 1\r\n"
            + "Server: s\r\n\r\n",
        Routing.Method.get, UInt8(1),
        "HTTP/1.1 200 OK\r\nServer: s\r\nDate: today\r\nContent-Length: 3\r\n\r\n"
    ),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: d\r\n\r\n", .get, 1,
        "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: d\r\n\r\n", .get, 0,
        "HTTP/1.1 200 OK\r\nDate: d\r\n\r\n"
    ),
    (
        "HTTP/1.0 200\r\nDate: d\r\n\r\n", .get, 1,
        "HTTP/1.1 200 \r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    (
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nDate: d\r\n\r\n", .head, 1,
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nDate: d\r\n\r\n"
    ),
    (
        "HTTP/1.1 204 No\r\nContent-Length: 3\r\nDate: d\r\n\r\n", .get, 1,
        "HTTP/1.1 204 No\r\nDate: d\r\n\r\n"
    ),
    (
        "HTTP/1.1 304 Same\r\nContent-Length: 3\r\nDate: d\r\n\r\n", .get, 1,
        "HTTP/1.1 304 Same\r\nContent-Length: 3\r\nDate: d\r\n\r\n"
    ),
])
func responsesAreWrittenAnew(
    text: String, method: Routing.Method, minorVersion: UInt8, expected: String
) {
    #expect(Heads.answered(text, to: method, minorVersion: minorVersion) == expected)
}

@Test(arguments: [
    "HTTP/1.1 200 OK\nContent-Length: 3\n\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: \0\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 999 OK\r\n\r\n",
    "HTTP/1.1 2000\r\n\r\n",
    "HTTP/2.0 200 OK\r\n\r\n",
    "SSH-2.0-OpenSSH\r\n\r\n",
])
func invalidResponsesAreRefused(text: String) {
    switch Heads.response(text) {
    case .success: Issue.record("\(text) was taken")
    case .failure(let stop):
        #expect(stop == .invalid(.malformedResponse) || stop == .invalid(.unknownVersion))
    }
}

@Test func numbersAreWritten() {
    var numbers = [0, 65535, 1 << 40, Int.max]
    for power in sequence(first: 1, next: { $0 < 1_000_000_000 ? $0 * 10 : nil }) {
        numbers += [power - 1, power, power + 1, power * 7 - 3, power / 3 * 2]
    }
    for number in numbers {
        #expect(Heads.write(capacity: 32) { $0.append(decimal: number) } == String(number))
        #expect(
            Heads.write(capacity: 32) { $0.append(hexadecimal: number) }
                == String(number, radix: 16))
    }
    let padded = Heads.write(capacity: 48) { writer in
        for digits in 1...8 { writer.append(decimal: 7, digits: digits) }
    }
    #expect(padded.hasPrefix("707007000700007"))
}
