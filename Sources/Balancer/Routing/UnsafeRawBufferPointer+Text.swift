internal import CVector

extension UnsafePointer<UInt8> {
    /// Whether `count` bytes here equal `text`, which is in lower case, but for their case.
    ///
    /// Control characters must have been ruled out: setting a letter's case bit, eight bytes at a
    /// time, would make visible characters of some of them.
    ///
    /// Inlined, so that a literal is a constant or two. The last piece overlaps the one before.
    @inline(__always)
    func equals(_ text: StaticString, count: Int) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let mine = UnsafeRawPointer(self)
        let wanted = UnsafeRawPointer(text.utf8Start)
        guard count >= 4 else {
            var isEqual = true
            for at in 0..<count {
                isEqual = isEqual && self[at] | 0x20 == text.utf8Start[at] | 0x20
            }
            return isEqual
        }
        guard count >= 8 else {
            return mine.matches(wanted, at: 0, UInt32.self)
                && mine.matches(wanted, at: count &- 4, UInt32.self)
        }
        var at = 0
        while at &+ 8 < count {
            guard mine.matches(wanted, at: at, UInt64.self) else { return false }
            at &+= 8
        }
        return mine.matches(wanted, at: count &- 8, UInt64.self)
    }
}

extension UnsafeRawPointer {
    /// Whether one word at `offset` is the same in both, but for the bit that is a letter's case.
    @inline(__always)
    fileprivate func matches<Word: FixedWidthInteger & BitwiseCopyable>(
        _ other: UnsafeRawPointer, at offset: Int, _: Word.Type
    ) -> Bool {
        let caseBits = Word(truncatingIfNeeded: 0x2020_2020_2020_2020 as UInt64)
        let mine = loadUnaligned(fromByteOffset: offset, as: Word.self)
        let wanted = other.loadUnaligned(fromByteOffset: offset, as: Word.self)
        return mine | caseBits == wanted | caseBits
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes equal `text`, which is in lower case, but for their case.
    package func equals(_ text: StaticString) -> Bool {
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

    /// Whether every byte may stand in quotes as it is.
    package var isPlain: Bool {
        guard let base = baseAddress?.assumingMemoryBound(to: UInt8.self) else { return true }
        guard count >= 16 else {
            for at in 0..<count where !base[at].isPlain { return false }
            return true
        }
        var at = 0
        while at &+ 16 <= count {
            guard teal_not_plain(base + at) == 0 else { return false }
            at &+= 16
        }
        // The last ones together with some that came before them.
        return at == count || teal_not_plain(base + count - 16) == 0
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
