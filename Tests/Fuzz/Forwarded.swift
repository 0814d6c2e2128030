import Routing

/// What the balancer makes of a message: the bytes for the other side.
struct Forwarded {
    var bytes: [UInt8] = []
    var payload: [UInt8] = []
    /// Bytes that belong to the message as it came.
    var length = 0
    /// Whether its end came as well.
    var isWhole = false

    /// `nil` when the request is refused.
    init?(request bytes: [UInt8]) {
        var fields = [Field](repeating: Field(), count: HeadLimits().fieldsMax + 1)
        let head = bytes.withUnsafeBytes { bytes in
            fields.withUnsafeMutableBufferPointer { fields in
                try? RequestHead.parse(bytes, into: fields)
            }
        }
        guard let head else { return nil }
        length = head.length
        self.bytes = Forwarded.write(bytes, fields, head)
        guard readBody(bytes, head.framing, isChunked: head.isChunked) else { return nil }
    }

    init?(response bytes: [UInt8], to method: Method, _ minorVersion: UInt8) {
        var fields = [Field](repeating: Field(), count: HeadLimits().fieldsMax + 1)
        let head = bytes.withUnsafeBytes { bytes in
            fields.withUnsafeMutableBufferPointer { fields in
                try? ResponseHead.parse(bytes, into: fields)
            }
        }
        guard let head, !head.isInterim else { return nil }
        length = head.length
        let plan = ResponsePlan(head, to: method, minorVersion: minorVersion)
        self.bytes = Forwarded.write(bytes, fields, head, plan)
        guard readBody(bytes, plan.incoming, isChunked: plan.isChunked) else { return nil }
    }

    /// False when the body is malformed.
    private mutating func readBody(
        _ source: [UInt8], _ framing: BodyFraming, isChunked: Bool
    ) -> Bool {
        var reader = BodyReader(framing)
        let isRead = source.withUnsafeBytes { source in
            while true {
                switch reader.next(source, at: &length) {
                case .payload(let start, let count):
                    let piece = Array(source[start..<(start + count)])
                    payload += piece
                    let size = Array("\(String(count, radix: 16))\r\n".utf8)
                    bytes += isChunked ? size + piece + [13, 10] : piece
                case .starved: return true
                case .end:
                    isWhole = true
                    return true
                case .malformed: return false
                }
            }
        }
        // The end of the input is the end of the connection.
        isWhole = isWhole || reader.endsWithConnection
        if isWhole, isChunked { bytes += Array("0\r\n\r\n".utf8) }
        return isRead
    }

    static func write(_ bytes: [UInt8], _ fields: [Field], _ head: RequestHead) -> [UInt8] {
        let client = Array("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff".utf8)
        let forwarded = Array("\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 65535\r\n".utf8)
        let hostEnd = Array(RequestSurroundings.hostEnd(port: 65535).utf8)
        let trace = TraceID(seconds: 1, random: 2, 3)
        return written(capacity: head.length + RequestHead.growthBytesMax) { writer in
            bytes.withUnsafeBytes { bytes in
                client.withUnsafeBytes { client in
                    forwarded.withUnsafeBytes { forwarded in
                        hostEnd.withUnsafeBytes { hostEnd in
                            head.write(
                                to: &writer, fields: fields[..<head.fieldCount], bytes: bytes,
                                RequestSurroundings(
                                    client: client, forwarded: forwarded, hostEnd: hostEnd,
                                    trace: trace))
                        }
                    }
                }
            }
        }
    }

    private static func write(
        _ bytes: [UInt8], _ fields: [Field], _ head: ResponseHead, _ plan: ResponsePlan
    ) -> [UInt8] {
        let date = Array("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n".utf8)
        return written(capacity: head.length + ResponseHead.growthBytesMax) { writer in
            bytes.withUnsafeBytes { bytes in
                date.withUnsafeBytes { date in
                    fields[..<head.fieldCount].withUnsafeBufferPointer { fields in
                        head.write(
                            to: &writer, fields: fields, bytes: bytes, plan: plan,
                            connection: .unsaid, date: date)
                    }
                }
            }
        }
    }

    private static func written(capacity: Int, _ body: (inout ByteWriter) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var writer = ByteWriter(start, capacity: capacity)
            body(&writer)
            count = writer.count
        }
    }
}

extension RequestHead {
    fileprivate func write(
        to writer: inout ByteWriter, fields: ArraySlice<Field>, bytes: UnsafeRawBufferPointer,
        _ surroundings: RequestSurroundings
    ) {
        fields.withUnsafeBufferPointer { fields in
            write(to: &writer, fields: fields, bytes: bytes, surroundings)
        }
    }
}
