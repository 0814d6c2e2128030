/// Writes a message, with names compressed; its buffer is reused from message to message.
package struct DNSWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Where labels begin that a pointer may lead to, in growing order.
    private var labels: [UInt16] = []

    /// Bounds the search for a suffix, whatever a message contains.
    private static let labelsMax = 64
    /// A pointer has 14 bits.
    private static let pointerMax = 0x3FFF

    package init() {}

    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
    }

    /// Forgets all that was written from `count` on.
    mutating func rewind(to count: Int) {
        bytes.removeSubrange(count...)
        while let last = labels.last, last >= count { labels.removeLast() }
    }

    mutating func write(_ byte: UInt8) { bytes.append(byte) }

    mutating func write(_ number: UInt16) {
        bytes.append(UInt8(number >> 8))
        bytes.append(UInt8(truncatingIfNeeded: number))
    }

    mutating func write(_ number: UInt32) {
        write(UInt16(number >> 16))
        write(UInt16(truncatingIfNeeded: number))
    }

    mutating func write(_ number: UInt64) {
        write(UInt32(number >> 32))
        write(UInt32(truncatingIfNeeded: number))
    }

    mutating func write(_ more: [UInt8]) { bytes += more }

    /// A `<character-string>`; what is over 255 bytes is cut.
    mutating func write(characterString text: [UInt8]) {
        bytes.append(UInt8(min(text.count, 255)))
        bytes += text.prefix(255)
    }

    mutating func writeZeros(_ count: Int) {
        for _ in 0..<count { bytes.append(0) }
    }

    /// What leads to the name that was written at `start`; `nil` when nothing shorter does.
    func pointer(to start: Int) -> UInt16? {
        let first = bytes[start]
        if first >= 0xC0 { return UInt16(first) << 8 | UInt16(bytes[start + 1]) }
        return first > 0 && start <= Self.pointerMax ? 0xC000 | UInt16(start) : nil
    }

    mutating func overwrite(_ number: UInt16, at offset: Int) {
        bytes[offset] = UInt8(number >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: number)
    }

    /// Writes two bytes of length before what `body` writes.
    mutating func writeSized(_ body: (inout DNSWriter) -> Void) {
        let start = bytes.count
        write(UInt16(0))
        body(&self)
        overwrite(UInt16(truncatingIfNeeded: bytes.count - start - 2), at: start)
    }

    /// A name; `compressed` is for the types of RFC 1035 only (RFC 3597, section 4).
    mutating func write(_ name: DNSName, compressed: Bool = true) {
        var offset = 0
        while name.wire[offset] != 0 {
            if compressed, let label = labels.first(where: { holds(name, from: offset, at: $0) }) {
                write(0xC000 | label)
                return
            }
            let next = offset + Int(name.wire[offset]) + 1
            if bytes.count <= Self.pointerMax, labels.count < Self.labelsMax {
                labels.append(UInt16(bytes.count))
            }
            bytes += name.wire[offset..<next]
            offset = next
        }
        write(UInt8(0))
    }

    /// Whether the name that was written at `label` is `name` from `offset` on, without regard to
    /// case.
    ///
    /// Ends: pointers written here only lead back. A name still being written ends at the buffer.
    private func holds(_ name: DNSName, from offset: Int, at label: UInt16) -> Bool {
        name.wire.withUnsafeBytes { wire in
            bytes.withUnsafeBytes { bytes in
                var position = Int(label)
                var offset = offset
                while offset < wire.count, position < bytes.count {
                    if bytes[position] >= 0xC0 {
                        position = Int(bytes[position] & 0x3F) << 8 | Int(bytes[position + 1])
                        continue
                    }
                    let count = Int(wire[offset]) + 1
                    guard bytes[position] == wire[offset], position + count <= bytes.count,
                        DNSName.equal(
                            UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)]),
                            UnsafeRawBufferPointer(rebasing: wire[offset..<(offset + count)]))
                    else { return false }
                    offset += count
                    position += count
                }
                return offset == wire.count
            }
        }
    }
}
