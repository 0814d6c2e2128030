/// An element's neighbours in a chain; no chain holds it when it is its own owner's secret.
struct Link<Element> {
    var next: Ref<Element>?
    var previous: Ref<Element>?
}

protocol Chained {
    var link: Link<Self> { get set }
}

/// A list through the elements themselves: adding and removing allocate nothing.
struct Chain<Element: Chained> {
    private(set) var first: Ref<Element>?
    private(set) var last: Ref<Element>?
    private(set) var count = 0

    mutating func append(_ element: Ref<Element>) {
        element.pointee.link = Link(next: nil, previous: last)
        if let last { last.pointee.link.next = element } else { first = element }
        last = element
        count &+= 1
    }

    mutating func remove(_ element: Ref<Element>) {
        let link = element.pointee.link
        if let next = link.next {
            next.pointee.link.previous = link.previous
        } else {
            last = link.previous
        }
        if let previous = link.previous {
            previous.pointee.link.next = link.next
        } else {
            first = link.next
        }
        element.pointee.link = Link()
        count &-= 1
    }

    /// All elements as they are now; the chain may change while they are gone through.
    var elements: [Ref<Element>] {
        var elements: [Ref<Element>] = []
        elements.reserveCapacity(count)
        var next = first
        while let element = next {
            elements.append(element)
            next = element.pointee.link.next
        }
        return elements
    }
}
