import Model
import Routing

/// Parses text as a head, and hands out what a test wants to look at.
enum Heads {
    static func request(
        _ text: String, limits: HeadLimits = HeadLimits()
    ) -> Result<RequestHead, HeadStop> {
        withFields { fields in
            withBytes(text) { bytes in
                Result { () throws(HeadStop) in
                    try RequestHead.parse(bytes, into: fields, limits: limits)
                }
            }
        }
    }

    static func response(_ text: String) -> Result<ResponseHead, HeadStop> {
        withFields { fields in
            withBytes(text) { bytes in
                Result { () throws(HeadStop) in try ResponseHead.parse(bytes, into: fields) }
            }
        }
    }

    /// Calls `body` with a request as rules see it.
    static func view<Value>(
        _ text: String, client: String = "192.0.2.7", _ body: (RequestView) -> Value?
    ) -> Value? {
        withFields { fields in
            withBytes(text) { bytes in
                guard let head = try? RequestHead.parse(bytes, into: fields),
                    let address = address(client)
                else { return nil }
                return body(
                    RequestView(
                        head: head,
                        fields: UnsafeBufferPointer(rebasing: fields[..<head.fieldCount]),
                        bytes: bytes, client: address))
            }
        }
    }

    /// The request as a target gets it from a listener on `port`.
    private static let trace = TraceID(
        seconds: 0x6789_1233, random: 0xabcd_ef01, 0x2345_6789_1234_5678)
    private static let traceField =
        "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\n"

    static func rewritten(
        _ text: String, port: UInt16 = 8080, policy: RequestPolicy = [], keepsTrace: Bool = false
    ) -> String? {
        let text = written(text, port: port, policy: policy)
        return keepsTrace ? text : text?.replacing(traceField, with: "")
    }

    private static func written(
        _ text: String, port: UInt16, policy: RequestPolicy
    ) -> String? {
        withFields { fields in
            withBytes(text) { bytes in
                guard let head = try? RequestHead.parse(bytes, into: fields) else { return nil }
                return write(capacity: head.length + RequestHead.growthBytesMax) { writer in
                    withBytes("192.0.2.7") { client in
                        withTexts(
                            "\r\nX-Forwarded-Proto: http\r\n",
                            RequestSurroundings.hostEnd(port: port)
                        ) { forwarded, hostEnd in
                            head.write(
                                to: &writer,
                                fields: UnsafeBufferPointer(rebasing: fields[..<head.fieldCount]),
                                bytes: bytes,
                                RequestSurroundings(
                                    client: client, forwarded: forwarded, hostEnd: hostEnd,
                                    policy: policy, clientPort: 4711, trace: trace))
                        }
                    }
                }
            }
        }
    }

    /// A request that was changed, as a target gets it.
    static func rewritten(_ head: RequestHead, _ bytes: [UInt8], port: UInt16) -> String {
        let text = withFields { fields in
            bytes.withUnsafeBytes { bytes in
                write(capacity: bytes.count + RequestHead.growthBytesMax) { writer in
                    withTexts("", RequestSurroundings.hostEnd(port: port)) { client, hostEnd in
                        head.write(
                            to: &writer, fields: UnsafeBufferPointer(rebasing: fields[..<0]),
                            bytes: bytes,
                            RequestSurroundings(
                                client: client, forwarded: client, hostEnd: hostEnd, trace: trace))
                    }
                }
            }
        }
        return text.replacing(traceField, with: "")
    }

    /// The response as a client gets it.
    static func answered(
        _ text: String, to method: Routing.Method = .get, minorVersion: UInt8 = 1,
        _ connection: ConnectionField = .unsaid
    ) -> String? {
        withFields { fields in
            withBytes(text) { bytes in
                guard let head = try? ResponseHead.parse(bytes, into: fields) else { return nil }
                let plan = ResponsePlan(head, to: method, minorVersion: minorVersion)
                return write(capacity: head.length + ResponseHead.growthBytesMax) { writer in
                    withBytes("Date: today\r\n") { date in
                        head.write(
                            to: &writer,
                            fields: UnsafeBufferPointer(rebasing: fields[..<head.fieldCount]),
                            bytes: bytes, plan: plan, connection: connection, date: date)
                    }
                }
            }
        }
    }

    static func withBytes<Value>(
        _ text: String, _ body: (UnsafeRawBufferPointer) -> Value
    ) -> Value {
        Array(text.utf8).withUnsafeBytes(body)
    }

    private static func withTexts(
        _ first: String, _ second: String,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) {
        withBytes(first) { first in withBytes(second) { body(first, $0) } }
    }

    private static func withFields<Value>(
        _ body: (UnsafeMutableBufferPointer<Field>) -> Value
    ) -> Value {
        let fields = UnsafeMutableBufferPointer<Field>.allocate(
            capacity: HeadLimits().fieldsMax + 1)
        fields.initialize(repeating: Field())
        defer { fields.deallocate() }
        return body(fields)
    }

    static func write(capacity: Int, _ body: (inout ByteWriter) -> Void) -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return "" }
        var writer = ByteWriter(base, capacity: capacity)
        body(&writer)
        return String(decoding: buffer[..<writer.count], as: UTF8.self)
    }
}

extension Heads {
    private static func address(_ text: String) -> IPAddress? { IPAddress(text) }
}
