/// Text that belongs in nobody's clone: one machine's own places, and work left for later.
enum UnfitText {
    // Spelled in two halves, or this file would break its own rule.
    private static let places = ["work", "root"].map { "/" + $0 + "/" }
    private static let promises = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]

    static func violations(in file: SourceFile) -> [Violation] {
        file.lines.indices.flatMap { index in
            let line = file.lines[index]
            let named = places.filter(line.contains).map {
                file.violation(
                    line: index, "`\($0)` is a place on one machine: take it as a setting")
            }
            let left = promises.filter(line.calls).map {
                file.violation(line: index, "\($0): do it, or leave it out and say so")
            }
            return named + left
        }
    }
}
