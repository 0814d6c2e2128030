/// Where a plain struct lives while events may come for it.
typealias Ref<Element> = UnsafeMutablePointer<Element>

/// Memory for structs of one kind, used again and again.
///
/// What was let go keeps its contents until the next event is handled, so that code further up
/// the stack may still look at it and see that it is closed. Each struct has a link in front of
/// it, so that nothing of it is written over before.
final class Slab<Element: BitwiseCopyable> {
    private struct Cell {
        var next: Ref<Cell>?
        var element: Element
    }

    private struct Lists {
        var free: Ref<Cell>?
        var freeCount = 0
        var retired: Ref<Cell>?
    }

    /// By pointer: what a class holds as a property is checked for exclusive access each time.
    private let lists = Ref<Lists>.allocate(capacity: 1)

    /// Structs kept for later use; the memory of more is given back.
    private static var spareMax: Int { 4096 }
    private static var linkBytes: Int { MemoryLayout<Ref<Cell>?>.stride }

    init() {
        // Else the element would not lie straight behind the link.
        precondition(MemoryLayout<Element>.alignment <= Self.linkBytes)
        lists.initialize(to: Lists())
    }

    deinit {
        recycle()
        while let cell = lists.pointee.free {
            lists.pointee.free = cell.pointee.next
            cell.deallocate()
        }
        lists.deallocate()
    }

    func make(_ element: Element) -> Ref<Element> {
        let cell: Ref<Cell>
        if let free = lists.pointee.free {
            lists.pointee.free = free.pointee.next
            lists.pointee.freeCount &-= 1
            cell = free
        } else {
            cell = .allocate(capacity: 1)
        }
        cell.initialize(to: Cell(next: nil, element: element))
        return UnsafeMutableRawPointer(cell).advanced(by: Self.linkBytes)
            .assumingMemoryBound(to: Element.self)
    }

    func retire(_ element: Ref<Element>) {
        let cell = UnsafeMutableRawPointer(element).advanced(by: -Self.linkBytes)
            .assumingMemoryBound(to: Cell.self)
        cell.pointee.next = lists.pointee.retired
        lists.pointee.retired = cell
    }

    /// To be called when no code further up the stack can know any retired element.
    func recycle() {
        while let cell = lists.pointee.retired {
            lists.pointee.retired = cell.pointee.next
            guard lists.pointee.freeCount < Self.spareMax else {
                cell.deallocate()
                continue
            }
            cell.pointee.next = lists.pointee.free
            lists.pointee.free = cell
            lists.pointee.freeCount &+= 1
        }
    }
}
