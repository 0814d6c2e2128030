/// Writes a message, with names compressed; its buffer is reused from message to message.
package struct DNSWriter: Sendable {
    /// Longer than what is written, so that most writing is storing.
    private var room = [UInt8](repeating: 0, count: 512)
    package private(set) var count = 0
    /// Where labels begin that a pointer may lead to, in growing order.
    private var labels: [UInt16] = []

    /// Bounds the search for a suffix, whatever a message contains.
    private static let labelsMax = 64
    /// A pointer has 14 bits.
    private static let pointerMax = 0x3FFF

    package init() {}

    package var bytes: [UInt8] { Array(room[..<count]) }

    package func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        room.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    mutating func reset() {
        count = 0
        labels.removeAll(keepingCapacity: true)
    }

    /// Forgets all that was written from `count` on.
    mutating func rewind(to count: Int) {
        self.count = count
        while let last = labels.last, last >= count { labels.removeLast() }
    }

    mutating func write(_ byte: UInt8) { store(byte) }

    mutating func write(_ number: UInt16) { store(number.bigEndian) }

    mutating func write(_ number: UInt32) { store(number.bigEndian) }

    mutating func write(_ number: UInt64) { store(number.bigEndian) }

    mutating func write(_ more: [UInt8]) { more.withUnsafeBytes { store($0) } }

    private mutating func store<Number: FixedWidthInteger>(_ number: Number) {
        let start = extend(by: MemoryLayout<Number>.size)
        room.withUnsafeMutableBytes {
            $0.storeBytes(of: number, toByteOffset: start, as: Number.self)
        }
    }

    private mutating func store(_ more: UnsafeRawBufferPointer) {
        let start = extend(by: more.count)
        room.withUnsafeMutableBytes { $0[start...].copyBytes(from: more) }
    }

    /// Makes room for more, and returns where that begins.
    private mutating func extend(by more: Int) -> Int {
        let start = count
        count += more
        if count > room.count {
            room += repeatElement(0, count: max(room.count, count - room.count))
        }
        return start
    }

    /// A `<character-string>`; what is over 255 bytes is cut.
    mutating func write(characterString text: [UInt8]) {
        store(UInt8(min(text.count, 255)))
        text.withUnsafeBytes { store(UnsafeRawBufferPointer(rebasing: $0.prefix(255))) }
    }

    /// Leaves room for a header, which is written last.
    mutating func skipHeader() { _ = extend(by: DNSHeader.bytes) }

    /// What leads to the name that was written at `start`; `nil` when nothing shorter does.
    func pointer(to start: Int) -> UInt16? {
        let first = room[start]
        if first >= 0xC0 { return UInt16(first) << 8 | UInt16(room[start + 1]) }
        return first > 0 && start <= Self.pointerMax ? 0xC000 | UInt16(start) : nil
    }

    mutating func overwrite(_ number: UInt16, at offset: Int) {
        room.withUnsafeMutableBytes {
            $0.storeBytes(of: number.bigEndian, toByteOffset: offset, as: UInt16.self)
        }
    }

    /// Writes two bytes of length before what `body` writes.
    mutating func writeSized(_ body: (inout DNSWriter) -> Void) {
        let start = count
        store(UInt16(0))
        body(&self)
        overwrite(UInt16(truncatingIfNeeded: count - start - 2), at: start)
    }

    /// A name; `compressed` is for the types of RFC 1035 only (RFC 3597, section 4).
    mutating func write(_ name: DNSName, compressed: Bool = true) {
        name.wire.withUnsafeBytes { wire in
            var rest = wire[...]
            while rest[rest.startIndex] != 0 {
                if compressed, let label = label(of: UnsafeRawBufferPointer(rebasing: rest)) {
                    return store((0xC000 | label).bigEndian)
                }
                if count <= Self.pointerMax, labels.count < Self.labelsMax {
                    labels.append(UInt16(count))
                }
                let length = Int(rest[rest.startIndex]) + 1
                store(UnsafeRawBufferPointer(rebasing: rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            store(UInt8(0))
        }
    }

    /// The first label from which on `name`, in wire form, is written already.
    private func label(of name: UnsafeRawBufferPointer) -> UInt16? {
        withUnsafeBytes { written in
            labels.first { Self.holds(name, written, from: Int($0)) }
        }
    }

    /// Whether what is written from `start` on is `name`, without regard to case.
    ///
    /// Ends: pointers written here only lead back. A name still being written ends at the buffer.
    private static func holds(
        _ name: UnsafeRawBufferPointer, _ written: UnsafeRawBufferPointer, from start: Int
    ) -> Bool {
        var position = start
        var offset = 0
        while offset < name.count, position < written.count {
            if written[position] >= 0xC0 {
                position = Int(written[position] & 0x3F) << 8 | Int(written[position + 1])
                continue
            }
            let count = Int(name[offset]) + 1
            guard written[position] == name[offset], position + count <= written.count,
                DNSName.equal(
                    UnsafeRawBufferPointer(rebasing: written[position..<(position + count)]),
                    UnsafeRawBufferPointer(rebasing: name[offset..<(offset + count)]))
            else { return false }
            offset += count
            position += count
        }
        return offset == name.count
    }
}
