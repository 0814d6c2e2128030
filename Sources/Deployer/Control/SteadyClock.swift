import FoundationEssentials
package import Model

/// The time of day when it was made, and from there on only a steady clock: it never goes back, nor
/// jumps when somebody sets the machine's time.
package struct SteadyClock: Sendable {
    private let began = ContinuousClock.now
    private let origin: Instant

    package init() {
        origin = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    package var now: Instant {
        let elapsed = (ContinuousClock.now - began).components
        let milliseconds = elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
        return origin.advanced(milliseconds: milliseconds)
    }
}
