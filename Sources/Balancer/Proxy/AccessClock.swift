internal import Glibc
internal import Loop
internal import Routing

/// Writes moments as ALB does: `2026-11-22T08:15:30.123456Z`.
///
/// Most follow one another within a second, so the text of the last second asked for is kept.
struct AccessClock {
    /// What turns steady microseconds into those since 1970.
    private var offset: Int64
    /// Steady microseconds from which on the wall's clock is looked at again.
    private var looksAgainAt = Int64.max
    private var second: Int64 = -1
    /// Twenty bytes, and room for what a writer of numbers leaves behind them.
    private var text = InlineArray<32, UInt8>(repeating: 0)

    init(offset: Int64) {
        self.offset = offset
    }

    /// One that goes with the wall's clock, as `follow` lets it.
    init() {
        offset = 0
        looksAgainAt = .min
    }

    /// Looks at the wall's clock, once a second: it may be set.
    mutating func follow(_ steady: Int64) {
        guard steady >= looksAgainAt else { return }
        looksAgainAt = steady &+ 1_000_000
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        offset = microseconds - Syscall.steadyMicroseconds()
    }

    /// Writes the moment of steady microseconds.
    mutating func write(_ steady: Int64, to writer: inout ByteWriter) {
        let (second, microseconds) = max(0, steady + offset).quotientAndRemainder(
            dividingBy: 1_000_000)
        if second != self.second { begin(second) }
        withUnsafeBytes(of: text) { writer.append(UnsafeRawBufferPointer(rebasing: $0[..<20])) }
        writer.append(decimal: Int(microseconds), digits: 6)
        writer.append("Z")
    }

    /// Puts `2026-11-22T08:15:30.` into the text.
    private mutating func begin(_ second: Int64) {
        self.second = second
        var time = time_t(second)
        var parts = tm()
        gmtime_r(&time, &parts)
        withUnsafeMutableBytes(of: &text) { place in
            guard let base = place.baseAddress else { return }
            var writer = ByteWriter(base, capacity: place.count)
            writer.append(decimal: Int(parts.tm_year) + 1900, digits: 4)
            let rest: [(StaticString, CInt)] = [
                ("-", parts.tm_mon + 1), ("-", parts.tm_mday), ("T", parts.tm_hour),
                (":", parts.tm_min), (":", parts.tm_sec),
            ]
            for (separator, number) in rest {
                writer.append(separator)
                writer.append(decimal: Int(number), digits: 2)
            }
            writer.append(".")
        }
    }
}
