/// How a target that has just become healthy gets its full share little by little.
package struct SlowStart: Hashable, Sendable {
    /// A full share.
    package static let full: UInt32 = 1000

    private let milliseconds: Int64

    package init(seconds: Int) {
        milliseconds = Int64(seconds) * 1000
    }

    package var isOn: Bool { milliseconds > 0 }

    /// What a target that became healthy at `start` gets of its share: linear, never nothing.
    package func share(since start: Int64, at now: Int64) -> UInt32 {
        let elapsed = now - start
        guard elapsed < milliseconds else { return SlowStart.full }
        return max(1, UInt32(max(0, elapsed) * Int64(SlowStart.full) / milliseconds))
    }
}
