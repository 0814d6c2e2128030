/// Requests whose end two servers might see in different places.
extension Case {
    private static func post(_ fields: String, _ body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }

    private static let chunked = "Transfer-Encoding: chunked\r\n"
    private static let hello = "5\r\nhello\r\n0\r\n\r\n"

    static let framing: [Case] =
        contentLengths + transferEncodings + chunks + lookalikes

    private static let contentLengths: [Case] = [
        .refused(
            "cl-conflicting", "RFC 9112, 6.3", 400,
            post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
        .refused(
            "cl-repeated", "RFC 9112, 6.3", 400,
            post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
        .refused("cl-list", "RFC 9112, 6.3", 400, post("Content-Length: 5, 5\r\n", "hello")),
        .refused("cl-plus", "RFC 9110, 8.6", 400, post("Content-Length: +5\r\n", "hello")),
        .refused("cl-minus", "RFC 9110, 8.6", 400, post("Content-Length: -5\r\n", "hello")),
        .refused("cl-hexadecimal", "RFC 9110, 8.6", 400, post("Content-Length: 0x5\r\n", "hello")),
        .refused("cl-empty", "RFC 9110, 8.6", 400, post("Content-Length:\r\n", "hello")),
        .refused("cl-inner-space", "RFC 9110, 8.6", 400, post("Content-Length: 5 0\r\n", "hello")),
        .refused(
            "cl-decimal-point", "RFC 9110, 8.6", 400,
            post("Content-Length: 5.0\r\n", "hello")),
        .refused(
            "cl-overflow", "RFC 9110, 15.5.14", 413,
            post("Content-Length: 18446744073709551621\r\n", "hello")),
        .refused(
            "length-required-1.0", "RFC 9112, 6.3", 411,
            "POST / HTTP/1.0\r\nHost: a\r\n\r\nhello"),
        .passes(
            "cl-leading-zeros", "RFC 9110, 8.6", post("Content-Length: 005\r\n", "hello"),
            as: arrived("POST / HTTP/1.1", framing: "Content-Length: 5\r\n") + "hello"),
        .passes(
            "cl-zero", "RFC 9110, 8.6", post("Content-Length: 0\r\n"),
            as: arrived("POST / HTTP/1.1", framing: "Content-Length: 0\r\n")),
        .passes(
            "post-without-length", "RFC 9110, 8.6", post(""),
            as: arrived("POST / HTTP/1.1", framing: "Content-Length: 0\r\n")),
    ]

    private static let transferEncodings: [Case] = [
        .refused("te-and-cl", "RFC 9112, 6.1", 400, post("Content-Length: 5\r\n" + chunked, hello)),
        .refused(
            "cl-after-te", "RFC 9112, 6.1", 400,
            post(chunked + "Content-Length: 5\r\n", hello)),
        .refused(
            "te-in-1.0", "RFC 9112, 6.1", 400,
            "POST / HTTP/1.0\r\nHost: a\r\n\(chunked)\r\n\(hello)"),
        .refused("te-repeated", "RFC 9112, 7.1", 400, post(chunked + chunked, hello)),
        .refused(
            "te-chunked-twice", "RFC 9112, 7.1", 400,
            post("Transfer-Encoding: chunked, chunked\r\n", hello)),
        .refused("te-gzip", "RFC 9112, 6.1", 501, post("Transfer-Encoding: gzip\r\n", hello)),
        .refused(
            "te-gzip-chunked", "RFC 9112, 6.1", 501,
            post("Transfer-Encoding: gzip, chunked\r\n", hello)),
        .refused(
            "te-chunked-gzip", "RFC 9112, 6.3", 400,
            post("Transfer-Encoding: chunked, gzip\r\n", hello)),
        .refused(
            "te-identity", "RFC 9112, 7", 501,
            post("Transfer-Encoding: identity\r\n", hello)),
        .refused("te-empty", "RFC 9112, 6.1", 400, post("Transfer-Encoding:\r\n", hello)),
        .refused(
            "te-quoted", "RFC 9112, 7", 400, post("Transfer-Encoding: \"chunked\"\r\n", hello)),
        .refused(
            "te-parameter", "RFC 9112, 7", 400,
            post("Transfer-Encoding: chunked;q=1\r\n", hello)),
        .refused(
            "te-trailing-comma", "RFC 9112, 7", 400,
            post("Transfer-Encoding: chunked,\r\n", hello)),
        .refused(
            "te-vertical-tab", "RFC 9110, 5.5", 400,
            post("Transfer-Encoding: \u{B}chunked\r\n", hello)),
        .refused(
            "te-space-before-colon", "RFC 9112, 5.1", 400,
            post("Transfer-Encoding : chunked\r\n", hello)),
        .refused(
            "te-folded", "RFC 9112, 5.2", 400,
            post("Transfer-Encoding:\r\n chunked\r\n", hello)),
        .passes(
            "te-any-case", "RFC 9112, 7", post("tRANSFER-eNCODING: \t cHUNKED \r\n", hello),
            as: arrived("POST / HTTP/1.1", framing: chunked) + hello),
    ]

    private static func badChunk(_ name: String, _ section: String, _ body: String) -> Case {
        .refused(name, section, 400, post(chunked, body))
    }

    private static let chunks: [Case] = [
        badChunk("chunk-size-sign", "RFC 9112, 7.1", "+5\r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-prefix", "RFC 9112, 7.1", "0x5\r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-empty", "RFC 9112, 7.1", "\r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-leading-space", "RFC 9112, 7.1", " 5\r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-trailing-space", "RFC 9112, 7.1", "5 \r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-underscore", "RFC 9112, 7.1", "0_5\r\nhello\r\n0\r\n\r\n"),
        badChunk(
            "chunk-size-overflow", "RFC 9112, 7.1",
            "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-line-feed", "RFC 9112, 7.1", "5\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-size-carriage-return", "RFC 9112, 7.1", "5\rXhello\r\n0\r\n\r\n"),
        badChunk("chunk-data-too-long", "RFC 9112, 7.1", "5\r\nhello!\r\n0\r\n\r\n"),
        badChunk("chunk-data-line-feed", "RFC 9112, 7.1", "5\r\nhello\n0\r\n\r\n"),
        badChunk("chunk-extension-line-feed", "RFC 9112, 7.1.1", "5;a\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-extension-nul", "RFC 9112, 7.1.1", "5;a=\0\r\nhello\r\n0\r\n\r\n"),
        badChunk(
            "chunk-extension-too-long", "RFC 9112, 7.1.1",
            "5;\(String(repeating: "x", count: 5000))\r\nhello\r\n0\r\n\r\n"),
        badChunk("chunk-last-line-feed", "RFC 9112, 7.1", "0\r\n\n"),
        badChunk("trailer-space-before-colon", "RFC 9112, 7.1.2", "0\r\nA : b\r\n\r\n"),
        badChunk("trailer-without-colon", "RFC 9112, 7.1.2", "0\r\nA\r\n\r\n"),
        badChunk("trailer-folded", "RFC 9112, 7.1.2", "0\r\nA: b\r\n c\r\n\r\n"),
        badChunk(
            "trailers-too-long", "RFC 9112, 7.1.2",
            "0\r\nA: \(String(repeating: "x", count: 5000))\r\n\r\n"),
        .passes(
            "chunks-joined-anew", "RFC 9112, 7.1.1",
            post(chunked, "3;a=\"b\"\r\nhel\r\n002\r\nlo\r\n0\r\n\r\n"),
            as: arrived("POST / HTTP/1.1", framing: chunked)
                + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
        .passes(
            "request-trailers-dropped", "RFC 9110, 6.5.1",
            post(chunked + "Trailer: X\r\n", "5\r\nhello\r\n0\r\nX: y\r\n\r\n"),
            as: arrived("POST / HTTP/1.1", framing: chunked) + hello),
        .passes(
            "framing-in-trailer", "RFC 9110, 6.5.1",
            post(chunked, "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n"),
            as: arrived("POST / HTTP/1.1", framing: chunked) + hello),
    ]

    /// Not framing fields, but some servers take them for such: both connections end afterwards.
    private static let lookalikes: [Case] = [
        lookalike("lookalike-te", "Transfer_Encoding: chunked\r\n"),
        lookalike("lookalike-cl", "Content_Length: 5\r\n"),
    ]

    private static func lookalike(_ name: String, _ field: String) -> Case {
        Case(
            name, "desync_mitigation_mode",
            [
                .sends("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n"),
                .arrives(arrived("GET / HTTP/1.1", field)), .answers(ok),
                .receives(closingOK), .ends, .upstreamSeesEnd,
            ])
    }
}
