/// What a target that does worse than its peers keeps of its share: cut step by step, and given
/// back more slowly.
package struct Mitigation: Hashable, Sendable, BitwiseCopyable {
    package static let full: UInt32 = 1000
    /// Enough to notice that it has recovered.
    package static let least: UInt32 = 50
    private static let restored: UInt32 = 100

    package private(set) var share = Mitigation.full

    package init() {}

    package var isInEffect: Bool { share < Mitigation.full }

    /// One window's verdict; whether the share is another now.
    package mutating func absorb(isAnomalous: Bool) -> Bool {
        let before = share
        share =
            isAnomalous
            ? max(Mitigation.least, share / 2) : min(Mitigation.full, share + Mitigation.restored)
        return share != before
    }
}
