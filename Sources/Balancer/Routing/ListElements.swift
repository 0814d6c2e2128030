/// The elements of a comma-separated list, trimmed; empty ones are passed over.
struct ListElements: Sequence, IteratorProtocol {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: Byte.comma) ?? rest.count
            let element = UnsafeRawBufferPointer(rebasing: rest[..<end]).trimmed
            rest = UnsafeRawBufferPointer(rebasing: rest[Swift.min(end + 1, rest.count)...])
            if !element.isEmpty { return element }
        }
        return nil
    }
}
