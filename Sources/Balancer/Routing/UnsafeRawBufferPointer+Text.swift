extension UnsafePointer<UInt8> {
    /// Whether `count` bytes here equal `text`, which is in lower case, but for their case.
    ///
    /// Control characters must have been ruled out: setting a letter's case bit, eight bytes at a
    /// time, would make visible characters of some of them.
    func equals(_ text: StaticString, count: Int) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let mine = UnsafeRawPointer(self)
        let wanted = UnsafeRawPointer(text.utf8Start)
        let caseBits: UInt64 = 0x2020_2020_2020_2020
        var at = 0
        while at &+ 8 <= count {
            let left = mine.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let right = wanted.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            guard left | caseBits == right | caseBits else { return false }
            at &+= 8
        }
        while at < count {
            guard self[at] | 0x20 == text.utf8Start[at] | 0x20 else { return false }
            at &+= 1
        }
        return true
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes equal `text`, which is in lower case, but for their case.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount, let base = baseAddress else {
            return count == 0 && text.utf8CodeUnitCount == 0
        }
        return base.assumingMemoryBound(to: UInt8.self).equals(text, count: count)
    }

    func equals(ignoringCase other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].lowercased != other[index].lowercased {
            return false
        }
        return true
    }

    /// Without the spaces and tabs around.
    var trimmed: UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end, self[start] == Byte.space || self[start] == Byte.tab { start += 1 }
        while end > start, self[end - 1] == Byte.space || self[end - 1] == Byte.tab { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }
}
