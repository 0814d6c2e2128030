/// Every wait has its end.
extension Case {
    private static let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"

    static let timeouts: [Case] = [
        Case("idle-connection", "ALB, idle_timeout", on: .hasty, [.ends]),
        Case(
            "head-never-ends", "RFC 9110, 15.5.9", on: .hasty,
            [.sends("GET / HTTP/1.1\r\n"), .refused(408), .untouched]),
        Case(
            "body-never-ends", "RFC 9110, 15.5.9", on: .hasty,
            [
                .sends(post),
                .arrives(arrived("POST / HTTP/1.1", framing: "Content-Length: 10\r\n") + "hello"),
                .refused(408), .upstreamSeesEnd,
            ]),
        Case(
            "no-answer", "RFC 9110, 15.6.5", on: .hasty,
            [.sends(get), .arrives(arrived("GET / HTTP/1.1")), .failed(504), .upstreamSeesEnd]),
        Case(
            "answer-never-ends", "ALB, idle_timeout", on: .hasty,
            [
                .sends(get), .arrives(arrived("GET / HTTP/1.1")),
                .answers("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 5\r\n\r\nhe"),
                .receives("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 5\r\n\r\nhe"), .ends,
                .upstreamSeesEnd,
            ]),
    ]
}
