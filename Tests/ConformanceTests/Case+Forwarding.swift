/// What is taken off a request, and what is added to it.
extension Case {
    private static func with(_ fields: String) -> String {
        "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    static let forwarding: [Case] = hopByHop + forwardedFor + tracing + attributes + desync

    private static let hopByHop: [Case] = [
        .passes(
            "connection-nominated", "RFC 9110, 7.6.1",
            with("Connection: X-Secret, keep-alive, Y\r\nX-Secret: 1\r\ny: 2\r\nZ: 3\r\n"),
            as: arrived("GET / HTTP/1.1", "Z: 3\r\n")),
        .passes(
            "connection-nominates-forwarded-for", "RFC 9110, 7.6.1",
            with("Connection: X-Forwarded-For\r\nX-Forwarded-For: 9.9.9.9\r\n"),
            as: arrived("GET / HTTP/1.1")),
        .passes(
            "hop-by-hop-fields", "RFC 9110, 7.6.1",
            with(
                "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nTrailer: X\r\nZ: 3\r\n"),
            as: arrived("GET / HTTP/1.1", "Z: 3\r\n")),
        .passes(
            "via-left-alone", "RFC 9110, 7.6.3", with("Via: 1.1 cache\r\n"),
            as: arrived("GET / HTTP/1.1", "Via: 1.1 cache\r\n")),
        .passes(
            "authorization-passes", "RFC 9110, 11.6.2",
            with("Authorization: Basic eA==\r\nProxy-Authorization: Basic eA==\r\n"),
            as: arrived(
                "GET / HTTP/1.1",
                "Authorization: Basic eA==\r\nProxy-Authorization: Basic eA==\r\n")),
    ]

    private static let forwardedFor: [Case] = [
        .passes(
            "xff-append", "ALB, xff_header_processing.mode",
            with("X-Forwarded-For: 10.0.0.1\r\nX: y\r\nX-Forwarded-For: 10.0.0.2\r\n"),
            as: arrived(
                "GET / HTTP/1.1", "X: y\r\n",
                xff: "X-Forwarded-For: 10.0.0.1, 10.0.0.2, 127.0.0.1\r\n")),
        .passes(
            "xff-proto-and-port-replaced", "ALB, X-Forwarded headers",
            with("X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n"),
            as: arrived("GET / HTTP/1.1")),
        .passes(
            "xff-preserve", "ALB, xff_header_processing.mode", on: .preserveForwardedFor,
            with("X-Forwarded-For: 10.0.0.1\r\n"),
            as: arrived("GET / HTTP/1.1", "X-Forwarded-For: 10.0.0.1\r\n", xff: "")),
        .passes(
            "xff-preserve-absent", "ALB, xff_header_processing.mode", on: .preserveForwardedFor,
            get, as: arrived("GET / HTTP/1.1", xff: "")),
        .passes(
            "xff-remove", "ALB, xff_header_processing.mode", on: .removeForwardedFor,
            with("X-Forwarded-For: 10.0.0.1\r\n"), as: arrived("GET / HTTP/1.1", xff: "")),
    ]

    private static let root = "Root=1-67891233-abcdef012345678912345678"

    private static let tracing: [Case] = [
        .passes(
            "trace-root-kept", "ALB, X-Amzn-Trace-Id",
            with("X-Amzn-Trace-Id: \(root);CalledFrom=app\r\n"),
            as: arrived(
                "GET / HTTP/1.1",
                trace: "X-Amzn-Trace-Id: Self=1-{hex8}-{hex24};\(root);CalledFrom=app\r\n")),
        .passes(
            "trace-self-replaced", "ALB, X-Amzn-Trace-Id",
            with("x-amzn-trace-id: Self=1-67891234-12456789abcdef012345678;\(root);A=b\r\n"),
            as: arrived(
                "GET / HTTP/1.1",
                trace: "X-Amzn-Trace-Id: Self=1-{hex8}-{hex24};\(root);A=b\r\n")),
        .passes(
            "trace-without-root", "ALB, X-Amzn-Trace-Id",
            with("X-Amzn-Trace-Id: A=b\r\n"),
            as: arrived(
                "GET / HTTP/1.1", trace: "X-Amzn-Trace-Id: Root=1-{hex8}-{hex24};A=b\r\n")),
        .passes(
            "trace-too-long", "ALB, X-Amzn-Trace-Id",
            with("X-Amzn-Trace-Id: \(root);A=\(String(repeating: "b", count: 7200))\r\n"),
            as: arrived("GET / HTTP/1.1")),
        .passes(
            "traceparent-passes", "W3C Trace Context, 4.3",
            with(
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                    + "tracestate: a=b\r\n"),
            as: arrived(
                "GET / HTTP/1.1",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                    + "tracestate: a=b\r\n")),
    ]

    private static let attributes: [Case] = [
        .passes(
            "host-port-added", "ALB, preserve_host_header", get,
            as: arrived("GET / HTTP/1.1", host: "a:{port}")),
        .passes(
            "host-preserved", "ALB, preserve_host_header", on: .preserveHost, get,
            as: arrived("GET / HTTP/1.1", host: "a")),
        .passes(
            "host-and-port-preserved", "ALB, preserve_host_header", on: .preserveHost,
            "GET / HTTP/1.1\r\nHost: a:81\r\n\r\n", as: arrived("GET / HTTP/1.1", host: "a:81")),
        .passes(
            "invalid-field-passes", "ALB, drop_invalid_header_fields",
            with("X_y: 1\r\nX.z: 2\r\nX-z: 3\r\n"),
            as: arrived("GET / HTTP/1.1", "X_y: 1\r\nX.z: 2\r\nX-z: 3\r\n")),
        .passes(
            "invalid-field-dropped", "ALB, drop_invalid_header_fields", on: .dropInvalid,
            with("X_y: 1\r\nX.z: 2\r\nX-z: 3\r\n"), as: arrived("GET / HTTP/1.1", "X-z: 3\r\n")),
        Case(
            "fields-inserted", "ALB, routing.http.response", on: .insertion,
            [
                .sends(get), .arrives(arrived("GET / HTTP/1.1")),
                .answers(
                    "HTTP/1.1 200 OK\r\nDate: x\r\nServer: s\r\nx-frame-options: ALLOW\r\nX: y\r\n"
                        + "Content-Length: 2\r\n\r\nok"),
                .receives(
                    "HTTP/1.1 200 OK\r\nDate: x\r\nX: y\r\n\(inserted)Content-Length: 2\r\n\r\nok"),
            ]),
        Case(
            "fields-inserted-into-ours", "ALB, routing.http.response", on: .insertion,
            [
                .sends("GET \(Variant.fixedPath) HTTP/1.1\r\nHost: a\r\n\r\n"),
                .receives(
                    "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: text/plain\r\n\(inserted)"
                        + "Content-Length: 5\r\n\r\nfixed"),
            ]),
    ]

    private static let inserted =
        "Strict-Transport-Security: max-age=31536000\r\nX-Frame-Options: DENY\r\n"

    /// A GET that has a body: whether servers look for it is known of none.
    private static let getWithBody =
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
    private static let getWithBodyArrived =
        arrived("GET / HTTP/1.1", framing: "Content-Length: 2\r\n") + "hi"

    private static let desync: [Case] = [
        Case(
            "desync-monitor", "ALB, desync_mitigation_mode", on: .monitor,
            [
                .sends(getWithBody), .arrives(getWithBodyArrived), .answers(ok), .receives(ok),
                .upstreamIsKept, .sends(get), .arrives(arrived("GET / HTTP/1.1")), .answers(ok),
                .receives(ok),
            ]),
        Case(
            "desync-defensive", "ALB, desync_mitigation_mode",
            [
                .sends(getWithBody), .arrives(getWithBodyArrived), .answers(ok),
                .receives(closingOK), .ends, .upstreamSeesEnd,
            ]),
        .refused(
            "desync-strictest-ambiguous", "ALB, desync_mitigation_mode", on: .strictest, 400,
            getWithBody),
        .refused(
            "desync-strictest-get-zero", "ALB, desync_mitigation_mode", on: .strictest, 400,
            with("Content-Length: 0\r\n")),
        .refused(
            "desync-strictest-chunked-get", "ALB, desync_mitigation_mode", on: .strictest, 400,
            with("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
        .refused(
            "desync-strictest-lookalike", "ALB, desync_mitigation_mode", on: .strictest, 400,
            with("Transfer_Encoding: chunked\r\n")),
        .refused(
            "desync-strictest-version", "ALB, desync_mitigation_mode", on: .strictest, 400,
            "GET / HTTP/1.3\r\nHost: a\r\n\r\n"),
        .refused(
            "desync-strictest-non-ascii", "ALB, desync_mitigation_mode", on: .strictest, 400,
            with("X: ü\r\n")),
        .passes(
            "desync-strictest-compliant", "ALB, desync_mitigation_mode", on: .strictest, get,
            as: arrived("GET / HTTP/1.1")),
        .refused(
            "desync-monitor-severe", "ALB, desync_mitigation_mode", on: .monitor, 400,
            with("Content-Length: 1\r\nContent-Length: 2\r\n") + "ab"),
    ]
}
