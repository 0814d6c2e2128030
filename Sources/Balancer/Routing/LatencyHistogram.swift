/// How many took how long: counts in classes that are narrow for short times and wide for long.
///
/// Every power of two is divided into eight classes, so that a quantile is known to a sixteenth.
/// The memory is the same however much is counted.
package struct LatencyHistogram: Sendable, BitwiseCopyable {
    /// Shorter times than this, in microseconds, are told from nothing.
    package static let microsecondsMin: Int64 = 1 << lowestExponent
    /// Longer times than this, a little over a minute, count as this long.
    package static let microsecondsMax: Int64 = 1 << 26
    /// Classes there are.
    package static let classCount = 160

    private static let lowestExponent: Int64 = 6

    private var classes = InlineArray<160, Int>(repeating: 0)
    /// Of all that was counted, in microseconds.
    package private(set) var sum: Int64 = 0

    package init() {}

    package mutating func add(_ microseconds: Int64) {
        classes[LatencyHistogram.index(of: microseconds)] &+= 1
        sum &+= max(microseconds, 0)
    }

    package mutating func add(_ other: LatencyHistogram) {
        for index in classes.indices { classes[index] &+= other.classes[index] }
        sum &+= other.sum
    }

    package var count: Int {
        var count = 0
        for index in classes.indices { count &+= classes[index] }
        return count
    }

    /// How many took at most a power of two of microseconds.
    package func count(upTo exponent: Int) -> Int {
        let end = (exponent - Int(LatencyHistogram.lowestExponent)) * 8
        var count = 0
        for index in 0..<min(max(end, 0), LatencyHistogram.classCount) { count &+= classes[index] }
        return count
    }

    /// How many there are in each class that is not empty, by the longest time in it.
    package var occupied: [Int: Int] {
        var occupied: [Int: Int] = [:]
        for index in classes.indices where classes[index] > 0 {
            let width = LatencyHistogram.width(of: index)
            occupied[Int(width) * (9 + index % 8)] = classes[index]
        }
        return occupied
    }

    /// The time within which `share` of all were done, 0 to 1, in microseconds: the middle of its
    /// class. `nil` when nothing was counted.
    package func quantile(_ share: Double) -> Int64? {
        let count = count
        guard count > 0 else { return nil }
        let rank = max(1, Int((min(max(share, 0), 1) * Double(count)).rounded(.up)))
        var before = 0
        for index in classes.indices {
            before &+= classes[index]
            if before >= rank { return LatencyHistogram.middle(of: index) }
        }
        return LatencyHistogram.microsecondsMax
    }

    /// The classes that hold something.
    package var filled: [(index: Int, count: Int)] {
        classes.indices.filter { classes[$0] > 0 }.map { (index: $0, count: classes[$0]) }
    }

    /// Of counts that `filled` told; classes that are none are passed over. The sum is not known.
    package init(filled: [(index: Int, count: Int)]) {
        for (index, count) in filled where classes.indices.contains(index) {
            classes[index] = count
        }
    }

    /// What came after `before`, an older state of the same; all of it when that has more.
    package func since(_ before: LatencyHistogram) -> LatencyHistogram {
        var rest = self
        for index in classes.indices {
            guard classes[index] >= before.classes[index] else { return self }
            rest.classes[index] &-= before.classes[index]
        }
        rest.sum &-= before.sum
        return rest
    }

    /// A class holds times up to and with its upper bound, so that powers of two are bounds.
    private static func index(of microseconds: Int64) -> Int {
        let value = min(max(microseconds, microsecondsMin &+ 1), microsecondsMax) &- 1
        let exponent = 63 &- value.leadingZeroBitCount
        let eighth = Int(truncatingIfNeeded: value &>> Int64(exponent &- 3)) &- 8
        return (exponent &- Int(lowestExponent)) &* 8 &+ eighth
    }

    private static func middle(of index: Int) -> Int64 {
        let width = width(of: index)
        return width * Int64(8 + index % 8) + width / 2
    }

    private static func width(of index: Int) -> Int64 {
        1 << (Int64(index / 8) + lowestExponent - 3)
    }
}

extension LatencyHistogram: Equatable {
    package static func == (left: LatencyHistogram, right: LatencyHistogram) -> Bool {
        guard left.sum == right.sum else { return false }
        for index in left.classes.indices where left.classes[index] != right.classes[index] {
            return false
        }
        return true
    }
}
