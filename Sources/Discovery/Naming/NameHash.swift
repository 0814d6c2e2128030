/// The hash of a name, built label by label from the root, so that one pass yields the hash of
/// every ancestor too.
///
/// FNV-1a over the letters without case, mixed at the end. Not seeded: the names in a table come
/// from operators, and queries are only looked up.
struct NameHash: Hashable, Sendable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of the root.
    init() {}

    /// The hash of the name whose wire form begins at `start`.
    init(of wire: UnsafeRawBufferPointer, from start: Int = 0) {
        self.init()
        let end = start + Int(wire[start]) + 1
        guard end < wire.count else { return }
        self = NameHash(of: wire, from: end)
        combine(wire, start..<end)
    }

    /// Goes one label down; `label` begins with its length.
    mutating func combine(_ wire: UnsafeRawBufferPointer, _ label: Range<Int>) {
        for index in label {
            state = (state ^ UInt64(wire[index].folded)) &* 0x100_0000_01B3
        }
    }

    /// Levels after which two different hashes have parted: 13 times five bits are all 64.
    static let levelsMax = 13

    /// Which of 32 children to take at `level`.
    func place(at level: Int) -> Int {
        // One to one, so that different hashes differ in some level.
        let mixed = (state ^ state >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> UInt64(level * 5) & 31)
    }
}
