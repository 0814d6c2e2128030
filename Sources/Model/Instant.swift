/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The only time type of pure code. It is always passed in; nothing pure asks a clock. The loops
/// that pass it anchor it to a steady clock when they start, so that within one process it never
/// goes back (see `Control`).
package struct Instant: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static let zero = Instant(milliseconds: 0)

    /// Seconds since the epoch, as AWS's JSON protocols write a timestamp.
    package var seconds: Double { Double(milliseconds) / 1000 }

    package var description: String { "\(milliseconds)ms" }

    package func advanced(milliseconds delta: Int64) -> Instant {
        Instant(milliseconds: milliseconds + delta)
    }

    package func advanced(seconds delta: Int) -> Instant {
        advanced(milliseconds: Int64(delta) * 1000)
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is the later one.
    package func milliseconds(since earlier: Instant) -> Int64 {
        milliseconds - earlier.milliseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
