/// Where a plain struct lives while events may come for it.
typealias Ref<Element> = UnsafeMutablePointer<Element>

/// Memory for structs of one kind, used again and again.
///
/// What was let go keeps its memory until the next event is handled, so that code further up the
/// stack may still look at it and see that it is closed.
final class Slab<Element: BitwiseCopyable> {
    private var free: [Ref<Element>] = []
    private var retired: [Ref<Element>] = []

    /// Structs kept for later use; the memory of more is given back.
    private static var spareMax: Int { 4096 }

    deinit {
        recycle()
        for element in free { element.deallocate() }
    }

    func make(_ element: Element) -> Ref<Element> {
        let place = free.popLast() ?? .allocate(capacity: 1)
        place.initialize(to: element)
        return place
    }

    func retire(_ element: Ref<Element>) {
        retired.append(element)
    }

    /// To be called when no code further up the stack can know any retired element.
    func recycle() {
        while let element = retired.popLast() {
            if free.count < Self.spareMax {
                free.append(element)
            } else {
                element.deallocate()
            }
        }
    }
}
