internal import Synchronization

/// Lines on their way from one thread to another, in order, without either ever waiting.
///
/// One thread writes and one reads. A line that finds no room is dropped and counted: its writer
/// has requests to serve.
final class LineRing: Sendable {
    /// Room for lines, in bytes; a power of two.
    static let capacity = 4 << 20
    /// The longest line.
    static let lineBytesMax = 256 << 10

    // Safe: the bytes between `tail` and `head` are only read, by the one reader, and the others
    // are only written, by the one writer; each passes them on by a release of its own counter.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// All bytes ever written, and all ever read.
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    init() {
        base = .allocate(byteCount: Self.capacity + Self.lineBytesMax, alignment: 64)
    }

    deinit {
        base.deallocate()
    }

    /// Lines that found no room so far.
    var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Writes a line by `fill`, which gets `room` bytes and says how many it used; false when there
    /// was no room.
    @inline(__always)
    @discardableResult
    func write(_ room: Int, _ fill: (UnsafeMutableRawPointer) -> Int) -> Bool {
        let head = head.load(ordering: .relaxed)
        let isRoom =
            room <= Self.lineBytesMax
            && head &+ room &- tail.load(ordering: .acquiring) <= Self.capacity
        guard isRoom else {
            dropped.store(dropped.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
            return false
        }
        let offset = head & (Self.capacity &- 1)
        let count = fill(base + offset)
        // A line is written in one piece, beyond the end; what is there goes on at the start.
        let beyond = offset &+ count &- Self.capacity
        if beyond > 0 { base.copyMemory(from: base + Self.capacity, byteCount: beyond) }
        self.head.store(head &+ count, ordering: .releasing)
        return true
    }

    /// Hands all lines that are there to `body`, in pieces that need not end where a line does;
    /// all together they do.
    func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        let head = head.load(ordering: .acquiring)
        var tail = tail.load(ordering: .relaxed)
        while tail < head {
            let offset = tail & (Self.capacity &- 1)
            let count = min(head &- tail, Self.capacity &- offset)
            body(UnsafeRawBufferPointer(start: base + offset, count: count))
            tail &+= count
            self.tail.store(tail, ordering: .releasing)
        }
    }
}
