/// Connections: several requests on one, and each side's end.
extension Case {
    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    private static func ok(_ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    private static let post =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"
    private static let postArrived =
        arrived("POST / HTTP/1.1", framing: "Content-Length: 10\r\n") + "hello"

    static let connections: [Case] = [
        Case(
            "pipelining", "RFC 9112, 9.3.2",
            [
                .sends(get("/1") + get("/2") + get("/3")), .arrives(arrived("GET /1 HTTP/1.1")),
                .answers(ok("one")), .receives(ok("one")), .arrives(arrived("GET /2 HTTP/1.1")),
                .answers(ok("two")), .receives(ok("two")), .arrives(arrived("GET /3 HTTP/1.1")),
                .answers(ok("three")), .receives(ok("three")),
            ]),
        Case(
            "pipelined-then-refused", "RFC 9112, 9.3.2",
            [
                .sends(get("/1") + "NONSENSE\r\n\r\n"), .arrives(arrived("GET /1 HTTP/1.1")),
                .answers(ok("one")), .receives(ok("one")), .refused(400),
            ]),
        Case(
            "client-says-close", "RFC 9112, 9.6",
            [
                .sends(get("/", "Connection: close\r\n") + get("/2")),
                .arrives(arrived("GET / HTTP/1.1")), .answers(ok("one")),
                .receives(ok("one", "Connection: close\r\n")), .ends, .upstreamIsKept,
            ]),
        Case(
            "client-half-close", "RFC 9112, 9.6",
            [
                .sends(get("/")), .clientEnds, .arrives(arrived("GET / HTTP/1.1")),
                .answers(ok("one")), .receives(ok("one")), .ends,
            ]),
        Case(
            "client-aborts", "RFC 9112, 9.5",
            [
                .sends(get("/")), .arrives(arrived("GET / HTTP/1.1")), .clientResets,
                .upstreamSeesEnd,
            ]),
        Case(
            "client-aborts-in-body", "RFC 9112, 8",
            [.sends(post), .arrives(postArrived), .clientResets, .upstreamSeesEnd]),
        Case(
            "client-ends-in-body", "RFC 9112, 8",
            [.sends(post), .arrives(postArrived), .clientEnds, .failed(400), .upstreamSeesEnd]),
        Case(
            "chunks-malformed-later", "RFC 9112, 7.1",
            [
                .sends(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"),
                .arrives(
                    arrived("POST / HTTP/1.1", framing: "Transfer-Encoding: chunked\r\n")
                        + "2\r\nhe\r\n"), .sends("zz\r\n"), .refused(400), .upstreamSeesEnd,
            ]),
        Case(
            "answer-before-body-ends", "RFC 9112, 9.3",
            [
                .sends(post), .arrives(postArrived), .answers(ok("no")),
                .receives(ok("no", "Connection: close\r\n")), .ends, .upstreamSeesEnd,
            ]),
        Case(
            "upstream-closes-unanswered-post", "RFC 9110, 9.2.2",
            [
                .sends(post + "world"), .arrives(postArrived + "world"), .upstreamCloses,
                .failed(502), .untouched,
            ]),
        Case(
            "upstream-closes-unanswered-get", "RFC 9110, 9.2.2",
            [
                .sends(get("/")), .arrives(arrived("GET / HTTP/1.1")), .upstreamCloses,
                .arrives(arrived("GET / HTTP/1.1")), .answers(ok("one")), .receives(ok("one")),
            ]),
        Case(
            "refused-body-is-passed-over", "RFC 9112, 9.3",
            [
                .sends(
                    "POST \(Variant.fixedPath) HTTP/1.1\r\nHost: a\r\n"
                        + "Content-Length: 5\r\n\r\nhello"
                        + get("/")),
                .receives(
                    "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 5\r\n\r\nfixed"),
                .arrives(arrived("GET / HTTP/1.1")), .answers(ok("one")), .receives(ok("one")),
            ]),
    ]
}
