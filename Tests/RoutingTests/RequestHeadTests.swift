import Routing
import Testing

/// Heads that RFC 9112 allows, and what a proxy must know of them.
@Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", BodyFraming.none, true),
    ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .none, true),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", .none, false),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", .none, false),
    ("GET / HTTP/1.0\r\n\r\n", .none, false),
    ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", .none, true),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", .length(5), true),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", .none, true),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", .chunked, true),
    ("GET http://b:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n", .none, true),
    ("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", .none, true),
    ("OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", .none, true),
    ("GET / HTTP/1.9\r\nHost: a:\r\n\r\n", .none, true),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\tb \u{e9}\r\n\r\n", .none, true),
    ("GET / HTTP/1.1\r\nHost:a\r\nTransfer_Encoding: chunked\r\n\r\n", .none, true),
])
func validHeads(text: String, framing: BodyFraming, isPersistent: Bool) throws {
    let head = try Heads.request(text).get()
    #expect(head.framing == framing)
    #expect(head.isPersistent == isPersistent)
}

/// What is refused, and with which answer: every one of these is read differently by somebody.
@Test(arguments: [
    ("GET / HTTP/1.1\nHost: a\n\n", Failure.malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\n\r\n", .malformedRequest),
    ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET /a\u{7f} HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", .malformedRequest),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unknownVersion),
    ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", .methodNotAllowed),
    ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .methodNotAllowed),
    ("GET / HTTP/1.1\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a:70000\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: [1.2.3.4]\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: \"a\"\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", .malformedRequest),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        .malformedRequest
    ),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .malformedRequest),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n",
        .contentTooLarge
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        .malformedRequest
    ),
    ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .malformedRequest),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n",
        .malformedRequest
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        .unknownTransferCoding
    ),
    ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", .unknownTransferCoding),
    ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", .expectationFailed),
])
func invalidHeads(text: String, failure: Failure) {
    #expect(throws: HeadStop.invalid(failure)) { try Heads.request(text).get() }
}

/// A head cut anywhere is the beginning of one; it is never taken for another.
@Test(arguments: [
    "GET /path?query HTTP/1.1\r\nHost: example.com:8080\r\nAccept: text/html\r\nX-Y: z\r\n\r\n",
    "POST http://h/ HTTP/1.0\r\nContent-Length: 3\r\nConnection: keep-alive, x\r\nX: y\r\n\r\n",
])
func aHeadCutAnywhereIsIncomplete(text: String) throws {
    let whole = try Heads.request(text).get()
    #expect(whole.length == text.utf8.count)
    for count in 0..<text.utf8.count {
        let start = String(decoding: Array(text.utf8)[..<count], as: UTF8.self)
        #expect(throws: HeadStop.incomplete) { try Heads.request(start).get() }
    }
    // What follows a head does not change it.
    let longer = try Heads.request(text + "GET").get()
    #expect(longer.length == whole.length)
}

@Test func limitsAreMetExactly() throws {
    var limits = HeadLimits()
    limits.lineBytesMax = 40
    limits.headBytesMax = 120
    limits.fieldsMax = 3
    let start = "GET / HTTP/1.1\r\nHost: a\r\n"
    let fitting = start + "X: " + String(repeating: "x", count: 37) + "\r\n\r\n"
    #expect(throws: Never.self) { try Heads.request(fitting, limits: limits).get() }
    let longer = start + "X: " + String(repeating: "x", count: 38) + "\r\n\r\n"
    #expect(throws: HeadStop.invalid(.headTooLarge)) {
        try Heads.request(longer, limits: limits).get()
    }
    #expect(throws: Never.self) {
        try Heads.request(start + "X: y\r\nX: y\r\n\r\n", limits: limits).get()
    }
    #expect(throws: HeadStop.invalid(.headTooLarge)) {
        try Heads.request(start + "X: y\r\nX: y\r\nX: y\r\n\r\n", limits: limits).get()
    }
    let target = "GET /" + String(repeating: "x", count: 60) + " HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(throws: HeadStop.invalid(.targetTooLong)) {
        try Heads.request(target, limits: limits).get()
    }
    // An endless line is refused before it ends.
    #expect(throws: HeadStop.invalid(.headTooLarge)) {
        try Heads.request(start + "X: " + String(repeating: "x", count: 64), limits: limits).get()
    }
}

@Test func moreThanThirtyForwardedAddressesAreRefused() {
    func head(_ count: Int) -> String {
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: "
            + [String](repeating: "10.0.0.1", count: count).joined(separator: ", ") + "\r\n\r\n"
    }
    #expect(throws: Never.self) { try Heads.request(head(30)).get() }
    #expect(throws: HeadStop.invalid(.forwardedTooOften)) { try Heads.request(head(31)).get() }
}

/// The control bytes are found wherever they stand in a stride of sixteen.
@Test func everyControlByteIsFoundAtEveryPlace() {
    for byte in (0..<32).map({ UInt8($0) }) + [127] where byte != 9 && byte != 13 && byte != 10 {
        for place in 0..<40 {
            var value = [UInt8](repeating: UInt8(ascii: "v"), count: 40)
            value[place] = byte
            let text = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(decoding: value, as: UTF8.self)
            #expect(throws: HeadStop.invalid(.malformedRequest)) {
                try Heads.request(text + "\r\n\r\n").get()
            }
        }
    }
}
