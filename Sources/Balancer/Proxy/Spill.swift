/// Bytes that could not move on at once: the start of a head, or what a full socket left behind.
///
/// Empty it holds no memory.
struct Spill {
    private var base: UnsafeMutableRawPointer?
    private var start: Int32 = 0
    private var end: Int32 = 0
    private var capacity: Int32 = 0

    var count: Int { Int(end &- start) }
    var isEmpty: Bool { start == end }

    var bytes: UnsafeRawBufferPointer {
        guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: base + Int(start), count: count)
    }

    mutating func append(_ source: UnsafeRawPointer, count added: Int, _ blocks: Blocks) {
        guard added > 0 else { return }
        let place = reserve(added, blocks)
        place.copyMemory(from: source, byteCount: added)
        end &+= Int32(added)
    }

    /// Room for `added` bytes after the last one; `commit` says how many were written there.
    mutating func reserve(_ added: Int, _ blocks: Blocks) -> UnsafeMutableRawPointer {
        if let base, Int(end) + added <= Int(capacity) { return base + Int(end) }
        let kept = count
        let wanted = max(kept + added, base == nil ? 0 : Int(capacity) * 2)
        let (place, size) = blocks.take(wanted)
        if let base {
            place.copyMemory(from: base + Int(start), byteCount: kept)
            blocks.give(base, capacity: Int(capacity))
        }
        base = place
        start = 0
        end = Int32(kept)
        capacity = Int32(size)
        return place + kept
    }

    mutating func commit(_ added: Int) {
        end &+= Int32(added)
    }

    /// Forgets the first `used` bytes; gives the memory back with the last one.
    mutating func consume(_ used: Int, _ blocks: Blocks) {
        start &+= Int32(used)
        if start == end { clear(blocks) }
    }

    mutating func clear(_ blocks: Blocks) {
        if let base { blocks.give(base, capacity: Int(capacity)) }
        self = Spill()
    }
}

/// Memory for spills: blocks of an ordinary head's size are kept, larger ones come and go.
final class Blocks {
    static let blockBytes = 4096
    private static let spareMax = 4096

    private let free = FreeList.make()

    deinit {
        FreeList.destroy(free)
    }

    func take(_ wanted: Int) -> (place: UnsafeMutableRawPointer, size: Int) {
        let size = max(wanted, Blocks.blockBytes)
        if size == Blocks.blockBytes, let block = free.pointee.pop() { return (block, size) }
        return (.allocate(byteCount: size, alignment: 16), size)
    }

    func give(_ place: UnsafeMutableRawPointer, capacity: Int) {
        if capacity == Blocks.blockBytes, free.pointee.count < Blocks.spareMax {
            free.pointee.push(place)
        } else {
            place.deallocate()
        }
    }
}
