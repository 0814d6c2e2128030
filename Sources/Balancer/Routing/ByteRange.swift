/// A part of a buffer that someone else holds.
@usableFromInline package struct ByteRange: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package var start: Int32
    @usableFromInline package var count: Int32

    @inlinable package init(start: Int, count: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.count = Int32(truncatingIfNeeded: count)
    }

    @inlinable package static var empty: ByteRange { ByteRange(start: 0, count: 0) }

    @inlinable package var isEmpty: Bool { count == 0 }
    @inlinable package var end: Int { Int(start) &+ Int(count) }

    /// The bytes meant, in the buffer that this is a part of.
    @inlinable package func of(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<end])
    }
}
