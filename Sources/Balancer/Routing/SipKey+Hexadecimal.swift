package import Model

extension SipKey {
    /// 32 hexadecimal digits; `nil` for all else.
    package init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32 else { return nil }
        let words = digits.withUnsafeBytes { bytes in
            (
                Hexadecimal.word(UnsafeRawBufferPointer(rebasing: bytes[..<16])),
                Hexadecimal.word(UnsafeRawBufferPointer(rebasing: bytes[16...]))
            )
        }
        guard let low = words.0, let high = words.1 else { return nil }
        self.init(low: low, high: high)
    }

    /// What `init(hexadecimal:)` reads.
    package var hexadecimal: String {
        [low, high].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: Hexadecimal.digitsPerWord - digits.count) + digits
        }.joined()
    }
}
