import Routing

extension FuzzTarget {
    /// The first byte chooses the framing, the rest is the body and what follows it.
    static let body = FuzzTarget(
        "body",
        seeds: [
            "c5\r\nhello\r\n0\r\n\r\nGET",
            "c0005;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
            "\u{7}0123456789", "u0123456789",
        ],
        check: { bytes in
            guard let choice = bytes.first else { return }
            let body = bytes.dropFirst()
            let framing: BodyFraming =
                switch choice {
                case UInt8(ascii: "c"): .chunked
                case UInt8(ascii: "u"): .untilClose
                default: .length(Int(choice))
                }
            let whole = ReadBody([body], framing)
            let cut = body.startIndex + min(bytes.cut, body.count)
            precondition(ReadBody([body[..<cut], body[cut...]], framing) == whole)
            precondition(ReadBody(body.map { [$0] } + [[]], framing) == whole)
        })
}

/// What a reader made of a body that arrived in pieces.
private struct ReadBody: Equatable {
    var payload: [UInt8] = []
    /// Bytes that belong to the body, whatever they say.
    var length = 0
    var isComplete = false
    var isMalformed = false

    init(_ pieces: [some Collection<UInt8>], _ framing: BodyFraming) {
        var reader = BodyReader(framing)
        for piece in pieces {
            guard !isComplete && !isMalformed else { return }
            Array(piece).withUnsafeBytes { take($0, from: &reader) }
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, from reader: inout BodyReader) {
        var offset = 0
        while true {
            let start = offset
            let piece = reader.next(bytes, at: &offset)
            precondition(offset <= bytes.count)
            switch piece {
            case .payload(let first, let count):
                precondition(count > 0 && first >= start && first + count == offset)
                payload += bytes[first..<offset]
            case .starved:
                precondition(offset == bytes.count)
                length += offset
                return
            case .end:
                length += offset
                isComplete = true
                return
            case .malformed:
                isMalformed = true
                length = 0
                return
            }
        }
    }
}
