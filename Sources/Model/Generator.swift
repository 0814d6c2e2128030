/// The seeded source of every random choice and identifier in pure code.
///
/// SplitMix64 (Steele, Lea, Flood 2014): one word of state, equal seeds give equal sequences on
/// every machine. Not for secrets; keys and signatures come from the system's generator.
package struct Generator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Lower-case hexadecimal digits: ECS's task ids have 32 of them.
    package mutating func hexadecimal(digits: Int) -> String {
        text(of: "0123456789abcdef", count: digits)
    }

    /// Decimal digits without a leading zero: ECS's revision and deployment ids have 19.
    package mutating func decimal(digits: Int) -> String {
        guard digits > 0 else { return "" }
        return text(of: "123456789", count: 1) + text(of: "0123456789", count: digits - 1)
    }

    /// Letters and digits: ECS's service deployment ids have 21.
    package mutating func alphanumeric(count: Int) -> String {
        text(of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count: count)
    }

    private mutating func text(of alphabet: String, count: Int) -> String {
        let letters = Array(alphabet.unicodeScalars)
        var result = String.UnicodeScalarView()
        for _ in 0..<count {
            result.append(letters[Int(next(upperBound: UInt64(letters.count)))])
        }
        return String(result)
    }
}
