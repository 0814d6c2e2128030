import Model
import Testing

struct SipHashTests {
    private static let key = SipKey(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)

    /// The vectors of the authors' reference code: the key is 00 01 … 0f, the input 00 01 … of so
    /// many bytes.
    @Test(
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (8, 0x93f5_f579_9a93_2462),
            (15, 0xa129_ca61_49be_45e5),
        ] as [(Int, UInt64)])
    func hashesAreTheAuthors(count: Int, expected: UInt64) {
        #expect(SipHash.hash((0..<count).map { UInt8($0) }, key: Self.key) == expected)
    }

    @Test func twoWordsAreSixteenBytes() {
        let words = SipHash.hash(Self.key.low, Self.key.high, key: Self.key)
        #expect(SipHash.hash((0..<16).map { UInt8($0) }, key: Self.key) == words)
    }
}
