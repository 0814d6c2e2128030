/// Where the frames of one direction of a WebSocket begin (RFC 6455, 5.2).
///
/// Nothing of them is judged: whoever says something between two frames must only know where.
package struct WebSocketFrames: Sendable, BitwiseCopyable {
    /// Bytes left of the payload.
    private var payload: UInt64 = 0
    /// Bytes of the head's first two that have come; 0 between two frames.
    private var headCount: UInt8 = 0
    /// Bytes missing of a longer length, and of the mask after it.
    private var lengthLeft: UInt8 = 0
    private var maskLeft: UInt8 = 0
    private var length: UInt64 = 0

    package init() {}

    package var isAtBoundary: Bool { headCount == 0 && payload == 0 }

    /// Goes on over `bytes`.
    package mutating func advance(_ bytes: UnsafeRawBufferPointer) {
        var at = 0
        while at < bytes.count { step(bytes, &at) }
    }

    /// Goes on to the next boundary, which may be at once; returns how many of `bytes` come before
    /// it, or `nil` when it is not in them.
    package mutating func advanceToBoundary(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var at = 0
        while !isAtBoundary {
            guard at < bytes.count else { return nil }
            step(bytes, &at)
        }
        return at
    }

    private mutating func step(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) {
        guard payload == 0 else {
            let count = min(payload, UInt64(bytes.count &- at))
            payload &-= count
            at &+= Int(count)
            return
        }
        take(bytes[at])
        at &+= 1
    }

    private mutating func take(_ byte: UInt8) {
        switch headCount {
        case 0:
            headCount = 1
            return
        case 1:
            headCount = 2
            takeSize(byte)
        default:
            if lengthLeft > 0 {
                length = length &<< 8 | UInt64(byte)
                lengthLeft &-= 1
            } else {
                maskLeft &-= 1
            }
        }
        guard lengthLeft == 0, maskLeft == 0 else { return }
        headCount = 0
        payload = length
    }

    private mutating func takeSize(_ byte: UInt8) {
        maskLeft = byte & 0x80 == 0 ? 0 : 4
        let size = byte & 0x7F
        lengthLeft = size == 126 ? 2 : size == 127 ? 8 : 0
        length = lengthLeft == 0 ? UInt64(size) : 0
    }

    /// A server's Close with status 1001, "going away".
    package static let goingAway: [UInt8] = [0x88, 2, 3, 0xE9]
}
