/// A length of time as people write it: `500ms`, `10s`, `5m`, `1h`.
package struct TimeSpan: Hashable, Sendable, Codable, CustomStringConvertible {
    package let milliseconds: Int64

    /// A hundred years: whatever is longer is a mistake.
    package static let millisecondsMax: Int64 = 100 * 366 * 86_400_000

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Digits and one of the units ms, s, m, h, d; `0` needs none. `nil` for all else.
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count)
        guard let number = Int64(digits) else { return nil }
        if number == 0, unit.isEmpty {
            self.init(milliseconds: 0)
            return
        }
        guard let scale = TimeSpan.units.first(where: { $0.name == unit })?.milliseconds else {
            return nil
        }
        let (product, overflows) = number.multipliedReportingOverflow(by: scale)
        guard !overflows, product <= TimeSpan.millisecondsMax else { return nil }
        self.init(milliseconds: product)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if (try? container.decode(Int.self)) == 0 {
            self.init(milliseconds: 0)
            return
        }
        guard let text = try? container.decode(String.self), let span = TimeSpan(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "must be a time such as 500ms, 10s, 5m or 1h")
        }
        self = span
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// In the largest unit that divides it.
    package var description: String {
        for unit in TimeSpan.units.reversed() where milliseconds % unit.milliseconds == 0 {
            if milliseconds != 0 { return "\(milliseconds / unit.milliseconds)\(unit.name)" }
        }
        return "0s"
    }
}
