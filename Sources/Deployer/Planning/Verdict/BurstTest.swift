package import Model

/// Whether green fails outright: most of some requests in a row, however young its tasks are.
///
/// Requests are taken in windows of at least twenty. One in which blue fails as outright tells
/// nothing of green.
package struct BurstTest: Hashable, Sendable {
    /// A window is judged when green got this many requests in it.
    static let requestsMin = 20

    package private(set) var blue: OutcomeCounts
    package private(set) var green: OutcomeCounts

    package init(blue: OutcomeCounts = OutcomeCounts(), green: OutcomeCounts = OutcomeCounts()) {
        self.blue = blue
        self.green = green
    }

    package mutating func observe(blue: OutcomeCounts, green: OutcomeCounts) {
        if self.green.requests >= BurstTest.requestsMin { self = BurstTest() }
        self.blue.add(blue)
        self.green.add(green)
    }

    package var isAlarmed: Bool {
        green.requests >= BurstTest.requestsMin && fails(green) && !fails(blue)
    }

    private func fails(_ side: OutcomeCounts) -> Bool { 2 * side.errors > side.requests }
}
