/// What happened, line by line; a run that nobody watches writes nothing.
final class Trace {
    private(set) var lines: [String] = []
    private let isKept: Bool

    init(isKept: Bool) {
        self.isKept = isKept
    }

    func note(_ who: String, _ what: @autoclosure () -> String, at now: Int64) {
        guard isKept else { return }
        let time = String(now)
        let padding = String(repeating: " ", count: max(0, 7 - time.count))
        lines.append("\(padding)\(time) \(who): \(what())")
    }
}
