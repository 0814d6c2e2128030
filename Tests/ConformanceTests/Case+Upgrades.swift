/// Connections that change to another protocol.
extension Case {
    private static func asking(_ upgrade: String, _ fields: String = "") -> String {
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: \(upgrade)\r\n\(fields)\r\n"
    }

    private static let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    private static func asked(_ upgrade: String, _ fields: String = "") -> String {
        arrived(
            "GET /chat HTTP/1.1", fields,
            framing: "Connection: upgrade\r\nUpgrade: \(upgrade)\r\n")
    }

    private static func switching(_ upgrade: String, _ fields: String = "") -> String {
        "HTTP/1.1 101 Switching Protocols\r\n\(fields)Connection: upgrade\r\n"
            + "Upgrade: \(upgrade)\r\n\r\n"
    }

    private static let opened: [Step] = [
        .sends(asking("websocket", key)), .arrives(asked("websocket", key)),
        .answers(switching("websocket", "Sec-WebSocket-Accept: x\r\n")),
        .receives(switching("websocket", "Sec-WebSocket-Accept: x\r\n")),
    ]

    static let upgrades: [Case] = passed + unasked

    private static let passed: [Case] = [
        Case(
            "websocket", "RFC 6455, 4.1",
            opened + [
                .sends("\u{1}ping"), .arrives("\u{1}ping"), .answers("\u{2}pong"),
                .receives("\u{2}pong"), .sends("GET / HTTP/1.1\r\n\r\n"),
                .arrives("GET / HTTP/1.1\r\n\r\n"), .upstreamCloses, .ends,
            ]),
        Case(
            "tunnel-client-half-close", "RFC 9110, 7.8",
            opened + [
                .sends("last"), .clientEnds, .arrives("last"), .upstreamSeesEnd,
                .answers("still here"), .receives("still here"), .upstreamCloses, .ends,
            ]),
        Case(
            "tunnel-upstream-half-close", "RFC 9110, 7.8",
            opened + [
                .answers("last"), .upstreamEnds, .receives("last"), .ends, .sends("still here"),
                .arrives("still here"), .clientEnds, .upstreamSeesEnd,
            ]),
        Case("tunnel-client-aborts", "RFC 9110, 7.8", opened + [.clientResets, .upstreamSeesEnd]),
        Case("tunnel-upstream-aborts", "RFC 9110, 7.8", opened + [.upstreamResets, .breaks]),
        Case(
            "tunnel-bytes-with-101", "RFC 9110, 7.8",
            [
                .sends(asking("websocket")), .arrives(asked("websocket")),
                .answers(switching("websocket") + "hello"),
                .receives(switching("websocket") + "hello"), .upstreamCloses, .ends,
            ]),
        Case(
            "tunnel-bytes-before-101", "RFC 9110, 7.8",
            [
                .sends(asking("websocket") + "early"), .arrives(asked("websocket")),
                .answers(switching("websocket")), .receives(switching("websocket")),
                .arrives("early"), .upstreamCloses, .ends,
            ]),
        Case(
            "upgrade-other", "RFC 9110, 7.8",
            [
                .sends(asking("spdy/3.1")), .arrives(asked("spdy/3.1")),
                .answers(switching("spdy/3.1")), .receives(switching("spdy/3.1")), .sends("x"),
                .arrives("x"), .upstreamCloses, .ends,
            ]),
        Case(
            "upgrade-declined", "RFC 9110, 7.8",
            [
                .sends(asking("websocket")), .arrives(asked("websocket")), .answers(ok),
                .receives(ok), .upstreamIsKept,
            ]),
    ]

    private static func dropped(_ name: String, _ request: String, as fields: String = "") -> Case {
        .passes(name, "RFC 9110, 7.8", request, as: arrived("GET /chat HTTP/1.1", fields))
    }

    private static let unasked: [Case] = [
        dropped("upgrade-h2c", asking("h2c", "HTTP2-Settings: AAMAAABk\r\n")),
        dropped("upgrade-h2", asking("h2")),
        dropped("upgrade-http", asking("HTTP/2.0")),
        dropped("upgrade-tls", asking("TLS/1.0")),
        dropped("upgrade-list", asking("websocket, h2c")),
        dropped("upgrade-twice", asking("h2c", "Upgrade: websocket\r\n")),
        dropped(
            "upgrade-not-nominated",
            "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"),
        Case(
            "upgrade-to-another", "RFC 9110, 7.8",
            [
                .sends(asking("websocket")), .arrives(asked("websocket")),
                .answers(switching("spdy/3.1")), .upstreamSeesEnd, .nextUpstream,
                .arrives(asked("websocket")), .answers(ok), .receives(ok),
            ]),
        Case(
            "upgrade-from-1.0", "RFC 9110, 7.8",
            [
                .sends(asking("websocket").replacing("HTTP/1.1", with: "HTTP/1.0")),
                .arrives(arrived("GET /chat HTTP/1.1")), .answers(ok),
                .receives(
                    ok.replacing(
                        "Content-Length: 2\r\n",
                        with: "Content-Length: 2\r\nConnection: keep-alive\r\n")),
            ]),
    ]
}
