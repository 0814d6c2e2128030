internal import Routing

/// What the access log will say of the request under way on a connection.
///
/// Its texts are put down as they will stand in the line, while their source is there.
struct AccessNote: BitwiseCopyable {
    enum Text: Int, CaseIterable {
        /// `GET http://example.com:80/path HTTP/1.1`.
        case request
        case userAgent
        /// The client's own field.
        case trace
        /// With its port, if the client wrote one.
        case host
        case location
        /// Address and port.
        case target
        case targetGroup
    }

    private struct Piece: BitwiseCopyable {
        var start: Int32 = 0
        var count: Int32 = 0
    }

    /// Of longer texts, before anything in them is escaped, the rest is cut off.
    static let textBytesMax = 2048

    var record: AccessRecord
    private var texts = Spill()
    private var pieces = InlineArray<7, Piece>(repeating: Piece())

    init(_ record: AccessRecord) {
        self.record = record
    }

    var textBytes: Int { texts.count }

    /// Empty when there is none.
    func text(_ text: Text) -> UnsafeRawBufferPointer {
        let piece = pieces[text.rawValue]
        let start = texts.bytes.baseAddress.map { $0 + Int(piece.start) }
        return UnsafeRawBufferPointer(start: start, count: Int(piece.count))
    }

    /// Takes down what the client said; `port` is our listener's.
    mutating func append(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, at port: UInt16,
        _ format: AccessFormat, _ blocks: Blocks
    ) {
        record.receivedBytes = head.length
        record.desync = head.desync
        var hostRange = head.host
        if !head.port.isEmpty { hostRange.count = Int32(head.port.end) &- hostRange.start }
        let host = hostRange.of(bytes).cut
        let agent = head.userAgent.of(bytes).cut
        let trace = head.traceField.of(bytes).cut
        let method = head.methodRange.of(bytes).cut
        let target = head.target.of(bytes).cut
        let count = method.count &+ 2 &* host.count &+ target.count &+ agent.count &+ trace.count
        let room = AccessText.escapeBytesMax &* count &+ 64
        var text = AccessText(texts.reserve(room, blocks), capacity: room, format)
        let portAdded = head.port.isEmpty ? port : nil
        text.append(method: method, host: host, port: portAdded, target: target)
        text.append(" HTTP/1.")
        text.writer.append(byte: UInt8(ascii: "0") &+ head.minorVersion)
        var start = 0
        end(.request, at: text.writer.count, from: &start)
        text.append(agent)
        end(.userAgent, at: text.writer.count, from: &start)
        text.append(trace)
        end(.trace, at: text.writer.count, from: &start)
        text.writer.append(host)
        end(.host, at: text.writer.count, from: &start)
        texts.commit(text.writer.count)
    }

    private mutating func end(_ text: Text, at end: Int, from start: inout Int) {
        pieces[text.rawValue] = Piece(start: Int32(start), count: Int32(end &- start))
        start = end
    }

    /// Takes down a text that may hold anything.
    mutating func append(
        _ text: Text, _ bytes: UnsafeRawBufferPointer, _ format: AccessFormat, _ blocks: Blocks
    ) {
        let bytes = bytes.cut
        let room = AccessText.escapeBytesMax &* bytes.count &+ 64
        let start = texts.count
        var writer = AccessText(texts.reserve(room, blocks), capacity: room, format)
        writer.append(bytes)
        pieces[text.rawValue] = Piece(start: Int32(start), count: Int32(writer.writer.count))
        texts.commit(writer.writer.count)
    }

    /// Takes down a text of ours, that holds nothing to escape.
    mutating func append(
        _ text: Text, plain bytes: UnsafeRawBufferPointer, _ blocks: Blocks
    ) {
        let bytes = bytes.cut
        guard let base = bytes.baseAddress else { return }
        pieces[text.rawValue] = Piece(start: Int32(texts.count), count: Int32(bytes.count))
        texts.append(base, count: bytes.count, blocks)
    }

    mutating func clear(_ blocks: Blocks) {
        texts.clear(blocks)
    }
}

extension UnsafeRawBufferPointer {
    /// No more of it than the access log takes.
    fileprivate var cut: UnsafeRawBufferPointer {
        guard count > AccessNote.textBytesMax else { return self }
        return UnsafeRawBufferPointer(rebasing: self[..<AccessNote.textBytesMax])
    }
}
