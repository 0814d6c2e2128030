/// How often each rule of a listener took a request, in one worker.
struct RuleMatches {
    private let counts: UnsafeMutableBufferPointer<Int>
    private let priorities: [Int]

    /// One for each rule, and the last for the default action; what `before` counted for a rule of
    /// the same priority is kept.
    init(priorities: [Int], after before: RuleMatches?) {
        self.priorities = priorities
        counts = .allocate(capacity: priorities.count + 1)
        let known = before?.byPriority ?? [:]
        for (index, priority) in (priorities + [0]).enumerated() {
            counts.initializeElement(at: index, to: known[priority] ?? 0)
        }
    }

    @inline(__always)
    func count(rule index: Int) {
        counts[index] &+= 1
    }

    /// The default action's is 0, as in the access log.
    var byPriority: [Int: Int] {
        Dictionary(uniqueKeysWithValues: zip(priorities + [0], counts))
    }

    func deallocate() {
        counts.deallocate()
    }
}
