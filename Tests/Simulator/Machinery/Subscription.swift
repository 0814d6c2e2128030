import Store

/// A program's view of some folders: late, in bulk, or whole after a break, as watches are.
final class Subscription {
    private let folders: [Key]
    private let program: Program
    private let onSnapshot: (Snapshot) -> Void
    private let onBatch: (Batch) -> Void
    private var cursor: Cursor?
    private var isDue = false
    private var isClosed = false

    /// How soon a watch that failed is tried again.
    private static let retryMilliseconds: Int64 = 200

    init(
        _ folders: [Key], of program: Program, onSnapshot: @escaping (Snapshot) -> Void,
        onBatch: @escaping (Batch) -> Void
    ) {
        self.folders = folders
        self.program = program
        self.onSnapshot = onSnapshot
        self.onBatch = onBatch
    }

    /// Sees to it that what is new gets delivered some time.
    func arrange() {
        guard !isDue else { return }
        isDue = true
        program.after(pause()) { [self] in deliver() }
    }

    /// Delivers nothing any more, not even what is on its way.
    func close() {
        isClosed = true
    }

    /// Takes what there is at once.
    func deliver() {
        guard !isClosed else { return }
        isDue = false
        if program.environment.strikes(.watchesBreak, percent: 2) { cursor = nil }
        do {
            try takeNews()
        } catch {
            if error == .compacted { cursor = nil }
            isDue = true
            program.after(Subscription.retryMilliseconds) { [self] in deliver() }
        }
    }

    private func takeNews() throws(StoreError) {
        guard let cursor else {
            let snapshot = try program.link.read(folders)
            self.cursor = snapshot.cursor
            return onSnapshot(snapshot)
        }
        let batch = try program.link.changes(in: folders, after: cursor)
        self.cursor = batch.cursor
        if !batch.changes.isEmpty { onBatch(batch) }
    }

    private func pause() -> Int64 {
        let environment = program.environment
        let isLate = environment.strikes(.watchesAreLate, percent: 10)
        return isLate ? environment.pick(200...4000) : environment.pick(1...5)
    }
}
