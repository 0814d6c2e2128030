/// Request lines, fields and hosts.
extension Case {
    private static func get(_ line: String, _ fields: String = "Host: a\r\n") -> String {
        "\(line)\r\n\(fields)\r\n"
    }

    private static func field(_ field: String) -> String {
        get("GET / HTTP/1.1", "Host: a\r\n" + field)
    }

    static let heads: [Case] = lines + versions + fields + hosts + targets + sizes

    private static let lines: [Case] = [
        .refused("method-empty", "RFC 9112, 3", 400, get(" / HTTP/1.1")),
        .refused("method-not-token", "RFC 9110, 9.1", 400, get("G(T / HTTP/1.1")),
        .refused(
            "method-too-long", "RFC 9112, 3", 400,
            get("\(String(repeating: "A", count: 41)) / HTTP/1.1")),
        .refused("line-two-spaces", "RFC 9112, 3", 400, get("GET  / HTTP/1.1")),
        .refused("line-tab", "RFC 9112, 3", 400, get("GET\t/ HTTP/1.1")),
        .refused("line-trailing-space", "RFC 9112, 3", 400, get("GET / HTTP/1.1 ")),
        .refused("line-leading-space", "RFC 9112, 2.2", 400, get(" GET / HTTP/1.1")),
        .refused("line-three-words-more", "RFC 9112, 3", 400, get("GET / x HTTP/1.1")),
        .refused("line-feed-only", "RFC 9112, 2.2", 400, "GET / HTTP/1.1\nHost: a\n\n"),
        .refused(
            "line-bare-carriage-return", "RFC 9112, 2.2", 400,
            "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        .refused("two-blank-lines-first", "RFC 9112, 2.2", 400, "\r\n\r\n" + get),
        .refused("http-0.9", "RFC 9112, 3", 400, "GET /\r\n"),
        .refused("not-http", "RFC 9112, 3", 400, "\u{16}\u{3}\u{1}\0\0"),
        .refused("trace", "RFC 9110, 9.3.8", 405, get("TRACE / HTTP/1.1")),
        .refused("connect", "RFC 9110, 9.3.6", 405, get("CONNECT a:443 HTTP/1.1")),
        .refused("expectation-unknown", "RFC 9110, 10.1.1", 417, field("Expect: tea\r\n")),
        .passes("blank-line-first", "RFC 9112, 2.2", "\r\n" + get, as: arrived("GET / HTTP/1.1")),
        .passes(
            "method-unknown", "RFC 9110, 9.1", get("BREW /pot HTTP/1.1"),
            as: arrived("BREW /pot HTTP/1.1")),
        .passes(
            "method-lower-case", "RFC 9110, 9.1", get("get / HTTP/1.1"),
            as: arrived("get / HTTP/1.1")),
    ]

    private static let versions: [Case] = [
        .refused("version-2", "RFC 9110, 15.6.6", 505, get("GET / HTTP/2.0")),
        .refused("version-preface", "RFC 9113, 3.4", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .refused("version-0.9", "RFC 9110, 15.6.6", 505, get("GET / HTTP/0.9")),
        .refused("version-lower-case", "RFC 9112, 2.3", 400, get("GET / http/1.1")),
        .refused("version-two-digits", "RFC 9112, 2.3", 400, get("GET / HTTP/1.10")),
        .refused("version-bare", "RFC 9112, 2.3", 400, get("GET / HTTP/1")),
        .refused("version-other", "RFC 9112, 2.3", 400, get("GET / HTCPCP/1.1")),
        .passes(
            "version-1.2", "RFC 9110, 2.5", get("GET / HTTP/1.2"),
            as: arrived("GET / HTTP/1.1")),
    ]

    private static let fields: [Case] = [
        .refused("field-space-before-colon", "RFC 9112, 5.1", 400, field("X : y\r\n")),
        .refused("field-tab-before-colon", "RFC 9112, 5.1", 400, field("X\t: y\r\n")),
        .refused("field-folded", "RFC 9112, 5.2", 400, field("X: y\r\n z\r\n")),
        .refused(
            "field-first-folded", "RFC 9112, 2.2", 400,
            get("GET / HTTP/1.1", " X: y\r\nHost: a\r\n")),
        .refused("field-without-colon", "RFC 9112, 5", 400, field("X\r\n")),
        .refused("field-without-name", "RFC 9112, 5", 400, field(": y\r\n")),
        .refused("field-name-not-token", "RFC 9110, 5.1", 400, field("X(y): z\r\n")),
        .refused("field-name-utf8", "RFC 9110, 5.1", 400, field("Ü: z\r\n")),
        .refused("field-nul", "RFC 9110, 5.5", 400, field("X: y\0z\r\n")),
        .refused("field-control", "RFC 9110, 5.5", 400, field("X: y\u{1}z\r\n")),
        .refused("field-delete", "RFC 9110, 5.5", 400, field("X: y\u{7F}z\r\n")),
        .refused("field-bare-carriage-return", "RFC 9112, 2.2", 400, field("X: y\rz\r\n")),
        .refused("field-bare-line-feed", "RFC 9112, 2.2", 400, field("X: y\nZ: z\r\n")),
        .passes(
            "field-blanks-around", "RFC 9112, 5", field("X:y\r\nY: \t z \t\r\nZ:\r\n"),
            as: arrived("GET / HTTP/1.1", "X: y\r\nY: z\r\nZ: \r\n")),
        .passes(
            "field-utf8-value", "RFC 9110, 5.5", field("X: ü\r\n"),
            as: arrived("GET / HTTP/1.1", "X: ü\r\n")),
        .passes(
            "field-order-kept", "RFC 9110, 5.3", field("B: 1\r\nA: 2\r\nB: 3\r\n"),
            as: arrived("GET / HTTP/1.1", "B: 1\r\nA: 2\r\nB: 3\r\n")),
    ]

    private static func host(_ value: String) -> String {
        get("GET / HTTP/1.1", "Host: \(value)\r\n")
    }

    private static let hosts: [Case] = [
        .refused("host-missing", "RFC 9112, 3.2", 400, get("GET / HTTP/1.1", "")),
        .refused("host-empty", "RFC 9110, 7.2", 400, host("")),
        .refused(
            "host-repeated", "RFC 9112, 3.2", 400,
            get("GET / HTTP/1.1", "Host: a\r\nHost: a\r\n")),
        .refused("host-list", "RFC 9112, 3.2", 400, host("a, b")),
        .refused("host-user-information", "RFC 9110, 4.2.4", 400, host("u@a")),
        .refused("host-path", "RFC 9110, 7.2", 400, host("a/b")),
        .refused("host-query", "RFC 9110, 7.2", 400, host("a?b")),
        .refused("host-space", "RFC 9110, 7.2", 400, host("a b")),
        .refused("host-port-letters", "RFC 9110, 7.2", 400, host("a:http")),
        .refused("host-port-too-large", "RFC 9110, 7.2", 400, host("a:65536")),
        .refused("host-port-twice", "RFC 9110, 7.2", 400, host("a:80:80")),
        .refused("host-open-literal", "RFC 3986, 3.2.2", 400, host("[::1")),
        .refused("host-bad-literal", "RFC 3986, 3.2.2", 400, host("[::g]")),
        .refused("host-quotes", "RFC 9110, 7.2", 400, host("\"a\"")),
        .refused("host-utf8", "RFC 9110, 7.2", 400, host("ü")),
        .refused(
            "host-256-bytes", "RFC 1035, 2.3.4", 400, host(String(repeating: "a", count: 256))),
        .passes(
            "host-255-bytes", "RFC 1035, 2.3.4", host(String(repeating: "a", count: 255)),
            as: arrived("GET / HTTP/1.1", host: String(repeating: "a", count: 255) + ":{port}")),
        .passes(
            "host-literal", "RFC 3986, 3.2.2", host("[::1]:80"),
            as: arrived("GET / HTTP/1.1", host: "[::1]:80")),
        .passes(
            "host-missing-1.0", "RFC 9112, 3.2", get("GET / HTTP/1.0", ""),
            as: arrived("GET / HTTP/1.1", host: "localhost:{port}"), closing: true),
    ]

    private static let targets: [Case] = [
        .passes(
            "target-absolute", "RFC 9112, 3.2.2", get("GET http://b:81/p?q HTTP/1.1"),
            as: arrived("GET /p?q HTTP/1.1", host: "b:81")),
        .passes(
            "target-absolute-no-path", "RFC 9112, 3.2.2", get("GET http://b?q HTTP/1.1"),
            as: arrived("GET /?q HTTP/1.1", host: "b:{port}")),
        .passes(
            "target-asterisk", "RFC 9112, 3.2.4", get("OPTIONS * HTTP/1.1"),
            as: arrived("OPTIONS * HTTP/1.1")),
        .passes(
            "target-escapes-kept", "RFC 9110, 4.2.3", get("GET /%2e%2E/a//b?c=%20 HTTP/1.1"),
            as: arrived("GET /%2e%2E/a//b?c=%20 HTTP/1.1")),
        .refused("target-asterisk-get", "RFC 9112, 3.2.4", 400, get("GET * HTTP/1.1")),
        .refused("target-authority-get", "RFC 9112, 3.2.3", 400, get("GET a:80 HTTP/1.1")),
        .refused("target-relative", "RFC 9112, 3.2", 400, get("GET a/b HTTP/1.1")),
        .refused("target-other-scheme", "RFC 9112, 3.2.2", 400, get("GET ftp://b/ HTTP/1.1")),
        .refused("target-absolute-no-host", "RFC 9110, 4.2.1", 400, get("GET http:///p HTTP/1.1")),
        .refused("target-absolute-user", "RFC 9110, 4.2.4", 400, get("GET http://u@b/ HTTP/1.1")),
        .refused(
            "target-absolute-bad-host", "RFC 9112, 3.2.2", 400,
            get("GET http://b/ HTTP/1.1", "Host: x y\r\n")),
        .refused("target-fragment", "RFC 9112, 3.2.1", 400, get("GET /p#f HTTP/1.1")),
        .refused("target-nul", "RFC 9112, 3.2", 400, get("GET /\0 HTTP/1.1")),
        .refused("target-utf8", "RFC 9112, 3.2", 400, get("GET /ü HTTP/1.1")),
    ]

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static func addresses(_ count: Int) -> String {
        (0..<count).map { "10.0.0.\($0)" }.joined(separator: ", ")
    }

    private static let sizes: [Case] = [
        .refused("target-too-long", "RFC 9110, 15.5.15", 414, get("GET /\(long(17_000)) HTTP/1.1")),
        .refused("field-too-long", "RFC 6585, 5", 431, field("X: \(long(17_000))\r\n")),
        .refused(
            "fields-too-many", "RFC 6585, 5", 431,
            field((0..<200).map { "X\($0): y\r\n" }.joined())),
        .refused(
            "head-too-long", "RFC 6585, 5", 431,
            field((0..<5).map { "X\($0): \(long(15_000))\r\n" }.joined())),
        .refused(
            "too-many-forwarded-addresses", "ALB, 463", 463,
            field("X-Forwarded-For: \(addresses(31))\r\n")),
        .passes(
            "target-16-kilobytes", "ALB, quotas", get("GET /\(long(16_000)) HTTP/1.1"),
            as: arrived("GET /\(long(16_000)) HTTP/1.1")),
        .passes(
            "thirty-forwarded-addresses", "ALB, 463",
            field(
                "X-Forwarded-For: \(addresses(30))\r\n"),
            as: arrived(
                "GET / HTTP/1.1",
                xff: "X-Forwarded-For: \(addresses(30))"
                    + ", 127.0.0.1\r\n")),
    ]
}
