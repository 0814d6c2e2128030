/// A call that the house does without, and what to use in its place.
struct BannedCall {
    let call: String
    let instead: String
    /// The folders where it is banned, and those within them where it is not.
    var folders = ["Sources", "Tests"]
    var exceptions: [String] = []
    /// What on the same line makes the call harmless.
    var unless: String?
    /// Allowed where a comment beside it says why.
    var mayBeExplained = false

    func violations(in file: SourceFile) -> [Violation] {
        guard folders.contains(where: file.isUnder), !exceptions.contains(where: file.isUnder)
        else { return [] }
        return file.code.indices.compactMap { index in
            let line = file.code[index]
            guard line.calls(call) else { return nil }
            if let unless, line.contains(unless) { return nil }
            if mayBeExplained && file.isExplained(line: index) { return nil }
            let remedy =
                mayBeExplained ? "\(instead), or say in a comment why it is right" : instead
            return file.violation(line: index, "`\(call)` is banned: \(remedy)")
        }
    }
}

extension BannedCall {
    private static let pure = ImportTable.pureFolders
    /// The sample app plays an app that is late or hangs.
    private static let sample = ["Sources/Hello"]
    private static let command = ["Sources/Teal"]

    static let all: [BannedCall] =
        anywhere + inPureTargets
        + [
            BannedCall(
                call: "print", instead: "log through swift-log",
                folders: ["Sources"], exceptions: command + sample),
            BannedCall(
                call: "Task.sleep", instead: "poll with a bounded deadline",
                folders: ["Tests"], mayBeExplained: true),
        ]

    private static let anywhere = [
        BannedCall(call: "try!", instead: "handle the error or declare `throws`"),
        BannedCall(call: "as!", instead: "use `as?` and handle nil"),
        BannedCall(call: "fatalError", instead: "throw; a programmer's error is a `precondition`"),
        BannedCall(call: "Thread.sleep", instead: "wait for the event itself"),
        BannedCall(call: "usleep", instead: "wait for the event itself", exceptions: sample),
        BannedCall(call: "nanosleep", instead: "wait for the event itself", exceptions: sample),
        // A machine that sleeps until a virtual instant is no thread that does.
        BannedCall(
            call: "sleep", instead: "wait for the event itself", exceptions: sample,
            unless: "sleep(until"),
        BannedCall(call: "NSLock", instead: "use `Mutex`"),
        BannedCall(
            call: "@unchecked Sendable", instead: "let the compiler prove it",
            mayBeExplained: true),
        BannedCall(
            call: "nonisolated(unsafe)", instead: "let the compiler prove it",
            mayBeExplained: true),
        BannedCall(
            call: "unsafeBitCast", instead: "convert by a typed initializer",
            mayBeExplained: true),
    ]

    private static let inPureTargets = [
        BannedCall(call: "Date()", instead: "take an `Instant`", folders: pure),
        BannedCall(call: "ContinuousClock", instead: "take an `Instant`", folders: pure),
        BannedCall(call: "SuspendingClock", instead: "take an `Instant`", folders: pure),
        BannedCall(
            call: ".random(", instead: "pass `using:` a Generator", folders: pure, unless: "using:"
        ),
        BannedCall(
            call: ".randomElement", instead: "pass `using:` a Generator", folders: pure,
            unless: "using:"),
        BannedCall(
            call: ".shuffle", instead: "pass `using:` a Generator", folders: pure, unless: "using:"
        ),
        BannedCall(
            call: ".shuffled", instead: "pass `using:` a Generator", folders: pure,
            unless: "using:"),
        BannedCall(
            call: "SystemRandomNumberGenerator", instead: "take a `Generator`", folders: pure),
        BannedCall(call: "UUID", instead: "take an id from a `Generator`", folders: pure),
        BannedCall(call: "hashValue", instead: "use a hash that every run repeats", folders: pure),
        BannedCall(
            call: "Hasher()", instead: "use a hash that every run repeats", folders: pure),
        BannedCall(call: "async", instead: "return actions; effects do the waiting", folders: pure),
        BannedCall(call: "await", instead: "return actions; effects do the waiting", folders: pure),
    ]
}

extension SourceFile {
    func isUnder(_ folder: String) -> Bool { path.hasPrefix("\(folder)/") }
}

extension Substring {
    /// Whether the name stands here whole, and not as the end of a longer or a member's name.
    func calls(_ name: String) -> Bool {
        ranges(of: name).contains { range in
            let before = self[..<range.lowerBound].last
            let after = self[range.upperBound...].first
            let beginsWord = name.first?.isWord != true || (before?.isWord != true && before != ".")
            let endsWord = name.last?.isWord != true || after?.isWord != true
            return beginsWord && endsWord
        }
    }
}

extension Character {
    fileprivate var isWord: Bool { isLetter || isNumber || self == "_" }
}
