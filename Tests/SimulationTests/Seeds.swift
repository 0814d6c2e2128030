import Foundation

/// Which runs belong to this commit: every commit tries others, and the same ones again each time.
enum Seeds {
    /// From `TEAL_SEED`, else from the commit's hash, else fixed.
    static let base: UInt64 = {
        if let text = ProcessInfo.processInfo.environment["TEAL_SEED"], let seed = UInt64(text) {
            return seed
        }
        return commit.flatMap { UInt64($0.prefix(8), radix: 16) } ?? 1
    }()

    /// Runs that are cheap enough for every `make test`.
    static let runsPerBatch: UInt64 = 15
    static let batches: [UInt64] = Array(0..<8)

    static func batch(_ number: UInt64) -> Range<UInt64> {
        let first = base &+ number * runsPerBatch
        return first..<first + runsPerBatch
    }

    private static var commit: String? {
        let git = Process()
        let pipe = Pipe()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "rev-parse", "HEAD"]
        git.standardOutput = pipe
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return nil }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        return git.terminationStatus == 0 ? String(data: output, encoding: .utf8) : nil
    }
}
