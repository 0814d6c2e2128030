/// Whose turn it is among the routable targets of a group.
package struct Rotation: Sendable {
    /// Indices of targets, ascending.
    package private(set) var members: [Int] = []
    /// Whether the group failed open: no target is healthy, so all of them are tried.
    package private(set) var isOpen = false
    private var cursor: Int

    /// Whether a healthy target is there.
    package var isServing: Bool { !isOpen && !members.isEmpty }

    /// `start` spreads the first turns of several workers.
    package init(start: Int = 0) {
        cursor = start
    }

    /// Takes the group's targets anew: the healthy ones, or all when none is.
    package mutating func refill(healthy: [Bool]) {
        members = healthy.indices.filter { healthy[$0] }
        isOpen = members.isEmpty
        if isOpen { members = Array(healthy.indices) }
    }

    /// The next target; not `unwanted` as long as there is another. `nil` when there is none.
    package mutating func next(avoiding unwanted: Int = -1) -> Int? {
        guard !members.isEmpty else { return nil }
        let member = advance()
        return member == unwanted && members.count > 1 ? advance() : member
    }

    private mutating func advance() -> Int {
        cursor = cursor &+ 1
        if cursor >= members.count || cursor < 0 { cursor = 0 }
        return members[cursor]
    }
}
