import Routing

extension FuzzTarget {
    static let responseHead = FuzzTarget(
        "response-head",
        seeds: [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nDate: x\r\n\r\nabc",
            "HTTP/1.1 200\r\n" + String(repeating: "a:\r\n", count: HeadLimits.fuzzed.fieldsMax)
                + "\r\n",
            "HTTP/1.0 301\r\nConnection: keep-alive\r\nLocation: /\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 500 \r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close, a\r\na:b\r\n\r\n0\r\n\r\n",
        ],
        check: { bytes in
            let whole = parse(bytes)
            checkPrefix(of: bytes, whole: whole)
            guard case .success(let response) = whole else { return }
            for method in [Method.get, .head] {
                for version in [UInt8(0), 1] { checkRewriting(response, bytes, method, version) }
            }
        })

    /// More bytes may complete a head, but never change what those before them meant.
    private static func checkPrefix(
        of bytes: [UInt8], whole: Result<ParsedResponse, HeadStop>
    ) {
        switch (parse(Array(bytes.prefix(bytes.cut))), whole) {
        case (.success(let few), .success(let all)):
            precondition(few.head.length == all.head.length)
        case (.success, .failure): preconditionFailure("more bytes broke a whole head")
        case (.failure(.invalid), .success): preconditionFailure("more bytes mended a head")
        case (.failure(.invalid), .failure(.incomplete)):
            preconditionFailure("more bytes revived a head")
        case (.failure, _): break
        }
    }

    /// What a client gets is a head that frames its body as the plan says, and in one way.
    private static func checkRewriting(
        _ response: ParsedResponse, _ bytes: [UInt8], _ method: Method, _ version: UInt8
    ) {
        let plan = ResponsePlan(response.head, to: method, minorVersion: version)
        let written = write(response, bytes, plan)
        guard case .success(let again) = parse(written, limits: HeadLimits()) else {
            preconditionFailure("what we wrote is no response head")
        }
        precondition(again.head.length == written.count)
        precondition(again.head.status == response.head.status)
        precondition(again.head.contentLength == plan.contentLength)
        precondition(again.head.isChunked == plan.writesChunked)
        precondition(!again.head.nominates && again.head.hasDate)
    }

    private static func write(
        _ response: ParsedResponse, _ bytes: [UInt8], _ plan: ResponsePlan
    ) -> [UInt8] {
        let date = Array("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n".utf8)
        let capacity = response.head.length + ResponseHead.growthBytesMax
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var writer = ByteWriter(start, capacity: capacity)
            bytes.withUnsafeBytes { bytes in
                date.withUnsafeBytes { date in
                    response.fields.withUnsafeBufferPointer { fields in
                        response.head.write(
                            to: &writer, fields: fields, bytes: bytes, plan: plan,
                            connection: .keepAlive, date: date)
                    }
                }
            }
            count = writer.count
        }
    }

    private static func parse(
        _ bytes: [UInt8], limits: HeadLimits = .fuzzed
    ) -> Result<ParsedResponse, HeadStop> {
        var fields = [Field](repeating: Field(), count: limits.fieldsMax + 1)
        return bytes.withUnsafeBytes { bytes in
            fields.withUnsafeMutableBufferPointer { fields in
                Result { () throws(HeadStop) in
                    let head = try ResponseHead.parse(bytes, into: fields, limits: limits)
                    return ParsedResponse(head: head, fields: Array(fields.prefix(head.fieldCount)))
                }
            }
        }
    }
}

/// A head with its table of fields.
private struct ParsedResponse {
    let head: ResponseHead
    let fields: [Field]
}
