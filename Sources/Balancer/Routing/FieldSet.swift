/// Some fields of a head's table, by their index.
package struct FieldSet: Hashable, Sendable, BitwiseCopyable {
    /// Indices are below this.
    static let capacity = 128

    private var low: UInt64 = 0
    private var high: UInt64 = 0

    @inline(__always)
    mutating func insert(_ index: Int) {
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index)
        if index < 64 { low |= bit } else { high |= bit }
    }

    /// Takes the lowest index out.
    @inline(__always)
    mutating func popFirst() -> Int? {
        if low != 0 {
            defer { low &= low &- 1 }
            return low.trailingZeroBitCount
        }
        guard high != 0 else { return nil }
        defer { high &= high &- 1 }
        return 64 &+ high.trailingZeroBitCount
    }
}
