internal import Routing

/// How long responses took, for people and for programs.
package struct LatencyView: Hashable, Sendable, Codable {
    /// How many were counted.
    package var count: Int
    /// Within how many milliseconds half of them were done, and 99 of a hundred; absent when there
    /// were none.
    package var p50: Double?
    package var p99: Double?
    /// Pairs of a class and how many it has, in order: what two views' difference is made of.
    package var classes: [[Int]]

    package static let none = LatencyView(LatencyHistogram())

    init(_ histogram: LatencyHistogram) {
        count = histogram.count
        p50 = histogram.quantile(0.5).map { Double($0) / 1000 }
        p99 = histogram.quantile(0.99).map { Double($0) / 1000 }
        classes = histogram.filled.map { [$0.index, $0.count] }
    }

    private var histogram: LatencyHistogram {
        LatencyHistogram(
            filled: classes.filter { $0.count == 2 }.map { (index: $0[0], count: $0[1]) })
    }

    /// What was counted after `before`, which is an older view of the same; all of it when that
    /// has more, and so is of something else.
    package func since(_ before: LatencyView) -> LatencyView {
        LatencyView(histogram.since(before.histogram))
    }
}
