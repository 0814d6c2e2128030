import Routing
import Testing

/// A frame's head, without or with a mask, and as many bytes after it.
private func frame(_ count: Int, isMasked: Bool) -> [UInt8] {
    let mask: UInt8 = isMasked ? 0x80 : 0
    var bytes: [UInt8] = [0x82]
    if count < 126 {
        bytes.append(mask | UInt8(count))
    } else if count < 65_536 {
        bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
    } else {
        bytes.append(mask | 127)
        bytes += (0..<8).reversed().map { UInt8(count >> ($0 * 8) & 0xFF) }
    }
    if isMasked { bytes += [1, 2, 3, 4] }
    return bytes + [UInt8](repeating: 0x81, count: count)
}

@Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000], [true, false])
func framesEndWhereTheySay(count: Int, isMasked: Bool) {
    let bytes = frame(count, isMasked: isMasked)
    var whole = WebSocketFrames()
    (bytes + bytes).withUnsafeBytes { whole.advance($0) }
    #expect(whole.isAtBoundary)

    var short = WebSocketFrames()
    bytes.dropLast().withUnsafeBytes { short.advance($0) }
    #expect(!short.isAtBoundary)
    (bytes.suffix(1) + bytes).withUnsafeBytes { #expect(short.advanceToBoundary($0) == 1) }
    #expect(short.isAtBoundary)

    var single = WebSocketFrames()
    for (index, byte) in bytes.enumerated() {
        withUnsafeBytes(of: byte) { single.advance($0) }
        #expect(single.isAtBoundary == (index == bytes.count - 1))
    }
}

@Test func aFrameThatGoesOnHasNoBoundaryYet() {
    var frames = WebSocketFrames()
    frame(200, isMasked: false).prefix(50).withUnsafeBytes {
        #expect(frames.advanceToBoundary($0) == 0)
        frames.advance($0)
    }
    [UInt8](repeating: 0, count: 100).withUnsafeBytes {
        #expect(frames.advanceToBoundary($0) == nil)
    }
}
