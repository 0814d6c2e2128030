import Foundation
import Testing

/// A `store-writer` process; it is killed when the test is over, whatever happens.
final class Writer {
    /// One line of its output: a commit that returned, and when.
    struct Acknowledgement: Sendable {
        let number: Int
        /// Of CLOCK_MONOTONIC.
        let nanoseconds: Int64
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    init(_ task: String, in folder: String) throws {
        let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: here).deletingLastPathComponent()
            .appendingPathComponent("store-writer")
        process.arguments = [folder, task]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        kill()
    }

    /// Has a follower commit once.
    func commit() throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
    }

    /// Waits for the next line; `nil` when the process has ended.
    func next() throws -> Acknowledgement? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread = Data(unread[unread.index(after: end)...])
                let numbers = line.split(separator: " ")
                return Acknowledgement(
                    number: try #require(numbers.first.flatMap { Int($0) }),
                    nanoseconds: try #require(numbers.last.flatMap { Int64($0) }))
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread.append(more)
        }
    }

    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its own end.
    func status() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Now, on the clock of the acknowledgements.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A folder for one test's store.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "store-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
