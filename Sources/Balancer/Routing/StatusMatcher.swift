/// ALB's `Matcher.HttpCode`: `200`, `200,202`, `200-299`.
package struct StatusMatcher: Hashable, Sendable {
    private let ranges: [ClosedRange<Int>]

    /// `nil` when `text` is no list of codes and ranges between 200 and 499.
    package init?(_ text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1],
                200 <= low, low <= high, high <= 499
            else { return nil }
            ranges.append(low...high)
        }
        self.ranges = ranges
    }

    package func accepts(_ status: Int) -> Bool {
        ranges.contains { $0.contains(status) }
    }
}
