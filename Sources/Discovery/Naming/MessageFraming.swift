/// Cuts a TCP stream into messages: two bytes of length stand before each (RFC 1035, 4.2.2).
package struct MessageFraming: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    /// Bytes of a query over TCP: no query that we answer comes near.
    package static let queryBytesMax = 4096

    package init() {}

    /// Whether a message has begun to arrive and is not whole.
    package var isMidMessage: Bool { start < buffer.count }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
        } else {
            buffer.removeSubrange(..<start)
        }
        start = 0
        buffer += bytes
    }

    /// The next whole message, or `nil` until more has arrived.
    ///
    /// Throws when a message is announced as longer than `limit`; nothing after that has a meaning.
    package mutating func next(
        limit: Int = Self.queryBytesMax
    ) throws(MessageFramingFault) -> ArraySlice<UInt8>? {
        guard buffer.count - start >= 2 else { return nil }
        let length = Int(buffer[start]) << 8 | Int(buffer[start + 1])
        guard length <= limit else { throw .tooLong(length) }
        guard buffer.count - start - 2 >= length else { return nil }
        defer { start += 2 + length }
        return buffer[(start + 2)..<(start + 2 + length)]
    }

    /// `message` with its length before it.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8 & 0xFF), UInt8(message.count & 0xFF)] + message
    }
}

package enum MessageFramingFault: Error, Hashable {
    case tooLong(Int)
}
