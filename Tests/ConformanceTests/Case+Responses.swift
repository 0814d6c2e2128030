/// Answers: what of them passes, and what is never shown to a client.
extension Case {
    private static let date = "Date: x\r\n"
    private static let close = "Connection: close\r\n"
    private static let chunked = "Transfer-Encoding: chunked\r\n"
    private static let get10 = "GET / HTTP/1.0\r\nHost: a\r\n\r\n"
    private static let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func answer(_ fields: String, _ body: String = "", status: String = "200 OK")
        -> String
    {
        "HTTP/1.1 \(status)\r\n\(date)\(fields)\r\n\(body)"
    }

    static let responses: [Case] = malformed + cutOff + bodiless + framings + interims + passing

    private static let large =
        (0..<5).map { "X\($0): \(String(repeating: "x", count: 15_000))\r\n" }.joined()

    private static let malformed: [Case] = [
        .badResponse("answer-not-http", "RFC 9112, 4", "hello\r\n\r\n"),
        .badResponse("answer-version-2", "RFC 9112, 4", "HTTP/2.0 200 OK\r\n\r\n"),
        .badResponse("answer-no-status", "RFC 9112, 4", "HTTP/1.1 OK\r\n\r\n"),
        .badResponse("answer-status-099", "RFC 9110, 15", "HTTP/1.1 099 X\r\n\r\n"),
        .badResponse("answer-status-600", "RFC 9110, 15", "HTTP/1.1 600 X\r\n\r\n"),
        .badResponse("answer-status-four-digits", "RFC 9112, 4", "HTTP/1.1 2000 OK\r\n\r\n"),
        .badResponse(
            "answer-line-feed", "RFC 9112, 2.2",
            "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
        .badResponse(
            "answer-space-before-colon", "RFC 9112, 5.1",
            answer("X : y\r\nContent-Length: 2\r\n", "ok")),
        .badResponse(
            "answer-folded", "RFC 9112, 5.2",
            answer("X: y\r\n z\r\nContent-Length: 2\r\n", "ok")),
        .badResponse("answer-nul", "RFC 9110, 5.5", answer("X: \0\r\nContent-Length: 2\r\n", "ok")),
        .badResponse(
            "answer-bare-carriage-return", "RFC 9110, 5.5",
            answer("X: a\rb\r\nContent-Length: 2\r\n", "ok")),
        .badResponse(
            "answer-cl-repeated", "RFC 9112, 6.3",
            answer("Content-Length: 2\r\nContent-Length: 2\r\n", "ok")),
        .badResponse("answer-cl-list", "RFC 9112, 6.3", answer("Content-Length: 2, 2\r\n", "ok")),
        .badResponse("answer-cl-sign", "RFC 9112, 6.3", answer("Content-Length: +2\r\n", "ok")),
        .badResponse(
            "answer-cl-overflow", "RFC 9112, 6.3",
            answer("Content-Length: 18446744073709551618\r\n", "ok")),
        .badResponse(
            "answer-te-and-cl", "RFC 9112, 6.3",
            answer(chunked + "Content-Length: 2\r\n", "0\r\n\r\n")),
        .badResponse(
            "answer-te-gzip", "RFC 9112, 6.1",
            answer("Transfer-Encoding: gzip\r\n", "ok")),
        .badResponse(
            "answer-te-in-1.0", "RFC 9112, 6.1",
            "HTTP/1.0 200 OK\r\n\(chunked)\r\n0\r\n\r\n"),
        .badResponse(
            "answer-too-large", "ALB, 502",
            answer(large)),
        .badResponse(
            "answer-101-unasked", "RFC 9110, 15.2.2",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    ]

    private static func asked(_ steps: [Step]) -> [Step] {
        [.sends(get), .arrives(arrived("GET / HTTP/1.1"))] + steps
    }

    private static func posted(_ steps: [Step]) -> [Step] {
        [.sends(shortPost), .arrives(shortPostArrived)] + steps
    }

    private static let cutOff: [Case] = [
        Case(
            "cut-in-head", "RFC 9112, 8",
            posted([.answers("HTTP/1.1 200 OK\r\nContent-Le"), .upstreamCloses, .failed(502)])),
        Case(
            "reset-in-head", "RFC 9112, 8",
            posted([.answers("HTTP/1.1 200 OK\r\nContent-Le"), .upstreamResets, .failed(502)])),
        Case(
            "cut-in-length", "RFC 9112, 8",
            asked([
                .answers(answer("Content-Length: 5\r\n", "he")),
                .receives(answer("Content-Length: 5\r\n", "he")), .upstreamCloses, .ends,
            ])),
        Case(
            "cut-in-chunks", "RFC 9112, 8",
            asked([
                .answers(answer(chunked, "2\r\nhe\r\n")),
                .receives(answer(chunked, "2\r\nhe\r\n")), .upstreamCloses, .ends,
            ])),
        Case(
            "malformed-in-chunks", "RFC 9112, 7.1",
            asked([
                .answers(answer(chunked, "2\r\nhe\r\n")),
                .receives(answer(chunked, "2\r\nhe\r\n")), .answers("zz\r\n"), .ends,
                .upstreamSeesEnd,
            ])),
        Case(
            "cut-in-chunks-to-1.0", "RFC 9112, 8",
            [
                .sends(get10), .arrives(arrived("GET / HTTP/1.1")),
                .answers(answer(chunked, "2\r\nhe\r\n")), .receives(answer(close, "he")),
                .upstreamCloses, .breaks,
            ]),
        Case(
            "reset-before-end-of-close-delimited", "RFC 9112, 8",
            asked([
                .answers(answer("", "he")), .receives(answer(chunked, "2\r\nhe\r\n")),
                .upstreamResets, .ends,
            ])),
    ]

    private static let bodiless: [Case] = [
        .response(
            "head-with-length", "RFC 9110, 9.3.2", to: head,
            answer("Content-Length: 5\r\n"), as: answer("Content-Length: 5\r\n"),
            [.upstreamIsKept]),
        .response(
            "head-chunked", "RFC 9110, 9.3.2", to: head, answer(chunked),
            as: answer(chunked), [.upstreamIsKept]),
        .response(
            "head-without-framing", "RFC 9110, 9.3.2", to: head, answer(""), as: answer(""),
            [.upstreamIsKept]),
        .response(
            "no-content", "RFC 9110, 15.3.5", answer("", status: "204 No Content"),
            as: answer("", status: "204 No Content"), [.upstreamIsKept]),
        .response(
            "no-content-with-length", "RFC 9110, 8.6",
            answer("Content-Length: 0\r\n", status: "204 No Content"),
            as: answer("", status: "204 No Content"), [.upstreamIsKept]),
        .response(
            "no-content-chunked", "RFC 9112, 6.1", answer(chunked, status: "204 No Content"),
            as: answer("", status: "204 No Content")),
        .response(
            "not-modified-with-length", "RFC 9110, 15.4.5",
            answer("Content-Length: 5\r\n", status: "304 Not Modified"),
            as: answer("Content-Length: 5\r\n", status: "304 Not Modified"), [.upstreamIsKept]),
        Case(
            "body-after-head", "RFC 9112, 6.3",
            [
                .sends(head), .arrives(arrived("HEAD / HTTP/1.1")),
                .answers(answer("Content-Length: 5\r\n", "hello")),
                .receives(answer("Content-Length: 5\r\n")), .upstreamSeesEnd,
            ]),
        Case(
            "bytes-after-answer", "RFC 9112, 9.3",
            asked([
                .answers(ok + "HTTP/1.1 200 OK\r\n"), .receives(ok), .upstreamSeesEnd,
            ])),
    ]

    private static let framings: [Case] = [
        Case(
            "close-delimited-becomes-chunked", "RFC 9112, 6.3",
            asked([
                .answers(answer("", "hello")), .receives(answer(chunked, "5\r\nhello\r\n")),
                .upstreamCloses, .receives("0\r\n\r\n"),
            ])),
        Case(
            "close-delimited-to-1.0", "RFC 9112, 6.3",
            [
                .sends(get10), .arrives(arrived("GET / HTTP/1.1")), .answers(answer("", "hello")),
                .receives(answer(close, "hello")), .upstreamCloses, .ends,
            ]),
        .response(
            "chunked-to-1.0", "RFC 9112, 6.1", to: get10,
            answer(chunked, "5;x\r\nhello\r\n0\r\nT: v\r\n\r\n"), as: answer(close, "hello"),
            [.ends]),
        .response(
            "chunks-written-anew", "RFC 9112, 7.1",
            answer(chunked, "005;x=y\r\nhello\r\n0\r\nT: v\r\n\r\n"),
            as: answer(chunked, "5\r\nhello\r\n0\r\n\r\n"), [.upstreamIsKept]),
        .response(
            "length-to-1.0", "RFC 9112, 9.3", to: get10,
            answer("Content-Length: 2\r\n", "ok"),
            as: answer("Content-Length: 2\r\n" + close, "ok"), [.ends]),
        .response(
            "keep-alive-1.0", "RFC 9112, 9.3",
            to: "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
            answer("Content-Length: 2\r\n", "ok"),
            as: answer("Content-Length: 2\r\nConnection: keep-alive\r\n", "ok")),
    ]

    private static let expecting =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

    private static let interims: [Case] = [
        Case(
            "continue-end-to-end", "RFC 9110, 10.1.1",
            [
                .sends(expecting),
                .arrives(
                    arrived(
                        "POST / HTTP/1.1", "Expect: 100-continue\r\n",
                        framing: "Content-Length: 5\r\n")),
                .answers("HTTP/1.1 100 Continue\r\n\r\n"),
                .receives("HTTP/1.1 100 Continue\r\n\r\n"), .sends("hello"), .arrives("hello"),
                .answers(ok), .receives(ok), .upstreamIsKept,
            ]),
        Case(
            "continue-refused", "RFC 9110, 10.1.1",
            [
                .sends(expecting),
                .arrives(
                    arrived(
                        "POST / HTTP/1.1", "Expect: 100-continue\r\n",
                        framing: "Content-Length: 5\r\n")),
                .answers(answer("Content-Length: 2\r\n", "no", status: "403 Forbidden")),
                .receives(
                    answer("Content-Length: 2\r\n" + close, "no", status: "403 Forbidden")),
                .ends, .upstreamSeesEnd,
            ]),
        Case(
            "early-hints", "RFC 8297, 2",
            asked([
                .answers("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
                .receives("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), .answers(ok),
                .receives(ok),
            ])),
        Case(
            "interims-in-one-go", "RFC 9110, 15.2",
            asked([
                .answers(
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 X\r\nKeep-Alive: 1\r\n\r\n" + ok),
                .receives("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 X\r\n\r\n" + ok),
            ])),
        Case(
            "interim-to-1.0", "RFC 9110, 15.2",
            [
                .sends(get10), .arrives(arrived("GET / HTTP/1.1")),
                .answers("HTTP/1.1 103 Early Hints\r\n\r\n" + ok),
                .receives(answer("Content-Length: 2\r\n" + close, "ok")), .ends,
            ]),
    ]

    private static let passing: [Case] = [
        .response(
            "answer-hop-by-hop", "RFC 9110, 7.6.1",
            answer(
                "Connection: X-Secret, keep-alive\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\n"
                    + "Proxy-Connection: x\r\nUpgrade: h2c\r\nVia: 1.1 b\r\nContent-Length: 2\r\n",
                "ok"), as: answer("Via: 1.1 b\r\nContent-Length: 2\r\n", "ok"), [.upstreamIsKept]),
        .response(
            "answer-closes", "RFC 9112, 9.6", answer(close + "Content-Length: 2\r\n", "ok"),
            as: answer("Content-Length: 2\r\n", "ok"), [.upstreamSeesEnd]),
        .response(
            "answer-of-1.0", "RFC 9112, 9.3",
            "HTTP/1.0 200 OK\r\n\(date)Content-Length: 2\r\n\r\nok",
            as: answer("Content-Length: 2\r\n", "ok"), [.upstreamSeesEnd]),
        .response(
            "answer-date-added", "RFC 9110, 6.6.1",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            as: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: {date}\r\n\r\nok"),
        .response(
            "answer-without-reason", "RFC 9112, 4",
            "HTTP/1.1 200\r\n\(date)Content-Length: 2\r\n\r\nok",
            as: "HTTP/1.1 200 \r\n\(date)Content-Length: 2\r\n\r\nok"),
        .response(
            "answer-cookies-apart", "RFC 9110, 5.3",
            answer("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n", "ok"),
            as: answer("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n", "ok")),
    ]
}
