/// The elements of a list, trimmed; empty ones are passed over.
struct ListElements: Sequence, IteratorProtocol {
    private var rest: UnsafeRawBufferPointer
    private let separator: UInt8

    init(_ bytes: UnsafeRawBufferPointer, separator: UInt8 = Byte.comma) {
        rest = bytes
        self.separator = separator
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: separator) ?? rest.count
            let element = UnsafeRawBufferPointer(rebasing: rest[..<end]).trimmed
            rest = UnsafeRawBufferPointer(rebasing: rest[Swift.min(end + 1, rest.count)...])
            if !element.isEmpty { return element }
        }
        return nil
    }
}
