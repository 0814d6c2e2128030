import Routing

/// Whatever is forwarded must be read the same way by a second reader, before and behind us.
extension FuzzTarget {
    static let forwardedRequest = FuzzTarget(
        "forwarded-request",
        seeds: [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n",
            "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET",
            "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\nGET",
            "PUT http://b:81/p HTTP/1.1\r\nHost: a\r\nConnection: X, close\r\nx: 1\r\nY:2 \r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + "X-Amzn-Trace-Id: Root=1-2-3;Self=4\r\nX-Forwarded-For: ::1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n"
                + "hello",
        ],
        check: { bytes in
            guard let request = Forwarded(request: bytes), request.isWhole else { return }
            guard let came = ReferenceMessage(bytes), let went = ReferenceMessage(request.bytes)
            else { preconditionFailure("what we understood is no message for others") }
            precondition(came.length == request.length, "others end it elsewhere")
            precondition(came.body == request.payload && went.body == request.payload)
            precondition(went.length == request.bytes.count, "others find more behind it")
            precondition(went.start.count == 3 && went.start[0] == came.start[0])
            precondition(went.start[2] == Array("HTTP/1.1".utf8))
            precondition(went.values(of: "host").count == 1)
            let isUpgrade = !went.values(of: "upgrade").isEmpty
            precondition(went.values(of: "connection").count == (isUpgrade ? 1 : 0))
            let touched = ours.union(came.nominated.subtracting(["close"]))
            precondition(went.endToEnd(except: touched) == came.endToEnd(except: touched))
        })

    static let forwardedResponse = FuzzTarget(
        "forwarded-response",
        seeds: [
            "1HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "1HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x\r\nhello\r\n0\r\nT: v\r\n\r\n",
            "0HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "1HTTP/1.0 404 No\r\nConnection: X\r\nX: y\r\nSet-Cookie: a\r\n\r\nall of it",
            "hHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "1HTTP/1.1 204 No\r\n\r\n",
            "1HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n",
        ],
        check: { bytes in
            guard let choice = bytes.first else { return }
            let bytes = Array(bytes.dropFirst())
            let method: Method = choice == UInt8(ascii: "h") ? .head : .get
            let version: UInt8 = choice == UInt8(ascii: "0") ? 0 : 1
            guard let answer = Forwarded(response: bytes, to: method, version), answer.isWhole
            else { return }
            let hasBody: ReferenceMessage.Rule = { start in
                let status = start.count > 1 ? String(decoding: start[1], as: UTF8.self) : ""
                return method != .head && status != "204" && status != "304"
            }
            guard let came = ReferenceMessage(bytes, endsWithBytes: true, hasBody: hasBody),
                let went = ReferenceMessage(answer.bytes, endsWithBytes: true, hasBody: hasBody)
            else { preconditionFailure("what we understood is no message for others") }
            precondition(came.length == answer.length, "others end it elsewhere")
            precondition(came.body == answer.payload && went.body == answer.payload)
            precondition(went.length == answer.bytes.count, "others find more behind it")
            precondition(went.start[0] == Array("HTTP/1.1".utf8) && went.start[1] == came.start[1])
            precondition(
                version == 1 || went.values(of: "transfer-encoding").isEmpty, "chunks for HTTP/1.0")
            let touched = ours.union(came.nominated.subtracting(["close", "keep-alive"]))
                .subtracting(["host", "x-forwarded-for", "x-amzn-trace-id"])
                .union(["date"])
            precondition(went.endToEnd(except: touched) == came.endToEnd(except: touched))
        })

    /// What is not passed on as it came.
    private static let ours: Set<String> = [
        "host", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "http2-settings", "content-length", "x-forwarded-for",
        "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id",
    ]
}
