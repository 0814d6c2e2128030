/// Finds the payload in the bytes of a body, and its end.
///
/// Chunks are read strictly: hexadecimal size, CRLF after each size and each chunk. Extensions and
/// trailers are checked, bounded, and left out.
@usableFromInline package struct BodyReader: Sendable, BitwiseCopyable {
    /// Bytes of one chunk's extensions, or of all trailers.
    package static let overheadBytesMax = 4096

    @usableFromInline enum State: UInt8, Sendable, BitwiseCopyable {
        case complete
        case length
        case untilClose
        case sizeStart
        case size
        case extensions
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case lastLineFeed
        case malformed
    }

    @usableFromInline var state: State
    @usableFromInline var overhead: UInt16 = 0
    /// Bytes left of the body or the chunk.
    @usableFromInline var remaining: Int

    @inlinable package init(_ framing: BodyFraming) {
        remaining = 0
        switch framing {
        case .none: state = .complete
        case .length(let count):
            state = count == 0 ? .complete : .length
            remaining = count
        case .chunked: state = .sizeStart
        case .untilClose: state = .untilClose
        }
    }

    @inlinable package var isComplete: Bool { state == .complete }

    /// Whether the end of the connection is the end of this body.
    @inlinable package var endsWithConnection: Bool { state == .untilClose }

    /// Whether all that comes is payload, up to the body's end.
    @inlinable package var isPlain: Bool {
        state == .complete || state == .length || state == .untilClose
    }

    /// How many of the next `available` bytes belong to a plain body.
    @inlinable package mutating func takePlain(_ available: Int) -> Int {
        guard state == .length else { return state == .complete ? 0 : available }
        let count = min(available, remaining)
        remaining &-= count
        if remaining == 0 { state = .complete }
        return count
    }

    /// What comes at `offset`, which moves past it.
    package mutating func next(
        _ bytes: UnsafeRawBufferPointer, at offset: inout Int
    ) -> BodyPiece {
        while offset < bytes.count {
            switch state {
            case .complete: return .end
            case .malformed: return .malformed
            case .length, .data, .untilClose:
                return payload(available: bytes.count &- offset, at: &offset)
            default:
                step(bytes[offset])
                offset &+= 1
            }
        }
        switch state {
        case .complete: return .end
        case .malformed: return .malformed
        default: return .starved
        }
    }

    private mutating func payload(available: Int, at offset: inout Int) -> BodyPiece {
        let start = offset
        guard state != .untilClose else {
            offset &+= available
            return .payload(start: start, count: available)
        }
        let count = min(available, remaining)
        remaining &-= count
        offset &+= count
        if remaining == 0 { state = state == .length ? .complete : .dataReturn }
        return .payload(start: start, count: count)
    }

    /// One byte of what is around the chunks.
    private mutating func step(_ byte: UInt8) {
        switch state {
        case .sizeStart, .size: readSize(byte)
        case .extensions: readExtension(byte)
        case .sizeLineFeed: expectLineFeed(byte, then: remaining == 0 ? .trailerStart : .data)
        case .dataReturn: state = byte == Byte.carriageReturn ? .dataLineFeed : .malformed
        case .dataLineFeed: expectLineFeed(byte, then: .sizeStart)
        case .trailerStart, .trailerName, .trailerValue: readTrailer(byte)
        case .trailerLineFeed: expectLineFeed(byte, then: .trailerStart)
        case .lastLineFeed: expectLineFeed(byte, then: .complete)
        default: state = .malformed
        }
    }

    private mutating func expectLineFeed(_ byte: UInt8, then next: State) {
        // Every chunk may have its extensions; trailers are bounded all together.
        if next == .sizeStart || next == .data { overhead = 0 }
        state = byte == Byte.lineFeed ? next : .malformed
    }

    private mutating func readSize(_ byte: UInt8) {
        if let digit = byte.hexadecimalValue {
            // Fifteen digits fit in an Int; a sixteenth would not.
            guard overhead < 15 else {
                state = .malformed
                return
            }
            if state == .sizeStart { remaining = 0 }
            remaining = remaining << 4 | digit
            overhead += 1
            state = .size
        } else if state == .size, byte == Byte.carriageReturn {
            state = .sizeLineFeed
        } else if state == .size, byte == UInt8(ascii: ";") {
            state = .extensions
        } else {
            state = .malformed
        }
    }

    private mutating func readExtension(_ byte: UInt8) {
        guard count() else { return }
        if byte == Byte.carriageReturn {
            state = .sizeLineFeed
        } else if byte < 32 && byte != Byte.tab || byte == 127 {
            state = .malformed
        }
    }

    private mutating func readTrailer(_ byte: UInt8) {
        guard count() else { return }
        switch (state, byte) {
        case (.trailerStart, Byte.carriageReturn): state = .lastLineFeed
        case (.trailerValue, Byte.carriageReturn): state = .trailerLineFeed
        case (.trailerName, Byte.colon): state = .trailerValue
        case (.trailerValue, _):
            if byte < 32 && byte != Byte.tab || byte == 127 { state = .malformed }
        default: state = Token.holds(byte) ? .trailerName : .malformed
        }
    }

    private mutating func count() -> Bool {
        overhead += 1
        guard overhead <= BodyReader.overheadBytesMax else {
            state = .malformed
            return false
        }
        return true
    }
}

package enum BodyPiece: Hashable, Sendable {
    case payload(start: Int, count: Int)
    /// All bytes are used up, and the body goes on.
    case starved
    /// The body is complete; what follows belongs to something else.
    case end
    case malformed
}
