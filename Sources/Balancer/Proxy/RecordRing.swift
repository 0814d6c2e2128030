internal import Synchronization

/// Records on their way from one thread to another, in order, without either ever waiting.
///
/// One thread writes and one reads. A record that finds no room is dropped and counted: its writer
/// has requests to serve.
final class RecordRing: Sendable {
    /// Room for records, in bytes; a power of two.
    static let capacity = 4 << 20
    /// Stands where the rest of the memory is left unused, and the next record is at its start.
    private static let skip: UInt32 = 0

    // Safe: the bytes between `tail` and `head` are only read, by the one reader, and the others
    // are only written, by the one writer; each passes them on by a release of its own counter.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// All bytes ever written, and all ever read.
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    init() {
        base = .allocate(byteCount: Self.capacity, alignment: 64)
    }

    deinit {
        base.deallocate()
    }

    /// Records that found no room so far.
    var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Writes a record of `count` bytes by `fill`; false when there was no room.
    ///
    /// It is preceded by its length, and begins at a multiple of eight bytes.
    @inline(__always)
    @discardableResult
    func write(_ count: Int, _ fill: (UnsafeMutableRawPointer) -> Void) -> Bool {
        let size = (count &+ 8 &+ 7) & ~7
        var head = head.load(ordering: .relaxed)
        var offset = head & (Self.capacity &- 1)
        let rest = Self.capacity &- offset
        let needed = size <= rest ? size : rest &+ size
        guard head &+ needed &- tail.load(ordering: .acquiring) <= Self.capacity else {
            dropped.store(dropped.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
            return false
        }
        if size > rest {
            base.storeBytes(of: Self.skip, toByteOffset: offset, as: UInt32.self)
            head &+= rest
            offset = 0
        }
        base.storeBytes(
            of: UInt32(truncatingIfNeeded: count), toByteOffset: offset, as: UInt32.self)
        fill(base + offset + 8)
        self.head.store(head &+ size, ordering: .releasing)
        return true
    }

    /// Hands every record that is there to `body`, which must not keep its bytes.
    func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        let head = head.load(ordering: .acquiring)
        var tail = tail.load(ordering: .relaxed)
        while tail < head {
            let offset = tail & (Self.capacity &- 1)
            let count = Int(base.load(fromByteOffset: offset, as: UInt32.self))
            if count == Int(Self.skip) {
                tail &+= Self.capacity &- offset
            } else {
                body(UnsafeRawBufferPointer(start: base + offset + 8, count: count))
                tail &+= (count &+ 8 &+ 7) & ~7
            }
            self.tail.store(tail, ordering: .releasing)
        }
    }
}
