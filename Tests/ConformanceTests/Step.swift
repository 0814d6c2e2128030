/// One thing that happens in a case, on the client's side or the upstream's.
enum Step {
    /// The client sends these bytes.
    case sends(String)
    /// Exactly these bytes come to the upstream.
    case arrives(String)
    /// The upstream sends these bytes.
    case answers(String)
    /// Exactly these bytes come to the client.
    case receives(String)
    /// The client gets one response with this status, which says that the connection closes, and
    /// the connection ends in order.
    case refused(Int)
    /// The client gets one whole response with this status, of the proxy's own making.
    case failed(Int)
    /// Nothing has come to the upstream.
    case untouched
    /// The client's connection ends in order, with no byte more.
    case ends
    /// The client's connection is reset.
    case breaks
    /// The client will send no more, and reads on.
    case clientEnds
    /// The client is gone.
    case clientResets
    /// The upstream will send no more, and reads on.
    case upstreamEnds
    /// The upstream closes its connection.
    case upstreamCloses
    case upstreamResets
    /// The upstream sees the end of what the proxy sends, with no byte more.
    case upstreamSeesEnd
    /// The proxy keeps the connection to the upstream for another request.
    case upstreamIsKept
    /// The next request is awaited on another connection to the upstream.
    case nextUpstream
}

/// A case of the suite: what is sent, and what must be seen for it.
struct Case {
    let name: String
    /// Where it is written.
    let section: String
    let listener: Variant
    let steps: [Step]

    init(_ name: String, _ section: String, on listener: Variant = .plain, _ steps: [Step]) {
        self.name = name
        self.section = section
        self.listener = listener
        self.steps = steps
    }

    /// A request that is answered with `status`, ends the connection, and reaches no target.
    static func refused(
        _ name: String, _ section: String, on listener: Variant = .plain, _ status: Int,
        _ request: String
    ) -> Case {
        // What a smuggler would have sent next; it must not be answered either.
        let next = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        return Case(
            name, section, on: listener, [.sends(request + next), .refused(status), .untouched])
    }

    /// A request that comes to the upstream as `written`.
    static func passes(
        _ name: String, _ section: String, on listener: Variant = .plain, _ request: String,
        as written: String, closing: Bool = false
    ) -> Case {
        let answer: [Step] =
            closing ? [.answers(ok), .receives(closingOK), .ends] : [.answers(ok), .receives(ok)]
        return Case(name, section, on: listener, [.sends(request), .arrives(written)] + answer)
    }

    /// An answer that comes to the client as `written`, and then what `after` says.
    static func response(
        _ name: String, _ section: String, on listener: Variant = .plain,
        to request: String = Case.get, _ answer: String, as written: String, _ after: [Step] = []
    ) -> Case {
        Case(
            name, section, on: listener,
            [.sends(request), .arrives(arrival(of: request)), .answers(answer), .receives(written)]
                + after)
    }

    /// An answer that the client never sees: it gets 502 instead. To a POST, which nobody may send
    /// a second time to find out more.
    static func badResponse(_ name: String, _ section: String, _ answer: String) -> Case {
        Case(
            name, section,
            [.sends(shortPost), .arrives(shortPostArrived), .answers(answer), .failed(502)])
    }

    static let shortPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
    static let shortPostArrived =
        arrived("POST / HTTP/1.1", framing: "Content-Length: 2\r\n") + "hi"
    static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    static let ok = "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\nok"

    static let closingOK =
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

    /// A head as the upstream gets it: `line`, Host, the client's own `fields`, then ours.
    static func arrived(
        _ line: String, host: String = "a:{port}", _ fields: String = "",
        xff: String = "X-Forwarded-For: 127.0.0.1\r\n", trace: String = Case.trace,
        framing: String = ""
    ) -> String {
        "\(line)\r\nHost: \(host)\r\n\(fields)\(xff)X-Forwarded-Proto: http\r\n"
            + "X-Forwarded-Port: {port}\r\n\(trace)\(framing)\r\n"
    }

    static let trace = "X-Amzn-Trace-Id: Root=1-{hex8}-{hex24}\r\n"

    /// The same for a request that is but a line and `Host: a`.
    private static func arrival(of request: String) -> String {
        let line = request.prefix { $0 != "\r\n" }
        return arrived(String(line).replacing("HTTP/1.0", with: "HTTP/1.1"))
    }
}
