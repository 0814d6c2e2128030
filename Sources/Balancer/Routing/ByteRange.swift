/// A part of a buffer that someone else holds.
package struct ByteRange: Hashable, Sendable, BitwiseCopyable {
    package var start: Int32
    package var count: Int32

    package init(start: Int, count: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: count)
    }

    package static let empty = ByteRange(start: 0, count: 0)

    package var isEmpty: Bool { count == 0 }
    package var end: Int { Int(start) &+ Int(count) }

    /// The bytes meant, in the buffer that this is a part of.
    package func of(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<end])
    }
}
