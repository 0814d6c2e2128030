import Foundation
import Glibc
import Testing

/// A `store-writer` process; it is killed when the test is over, whatever happens.
final class Writer {
    /// One line of its output: a commit that returned, and when.
    struct Acknowledgement: Sendable {
        let number: Int
        /// Of CLOCK_MONOTONIC.
        let nanoseconds: Int64
    }

    private let process: pid_t
    /// Our end of its input and output.
    private let channel: FileHandle
    private var pieces: AsyncStream<Data>.Iterator
    private var unread = Data()
    private var isReaped = false

    init(_ task: String, in folder: String) throws {
        let (ours, theirs) = try Writer.channel()
        let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(fileURLWithPath: here).deletingLastPathComponent()
            .appendingPathComponent("store-writer").path
        process = try Writer.spawn([program, folder, task], on: theirs)
        channel = ours
        let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
        pieces = stream.makeAsyncIterator()
        // A thread of its own: a source of libdispatch may miss the end when data comes with it.
        Thread.detachNewThread {
            while true {
                let piece = ours.availableData
                guard !piece.isEmpty else { break }
                continuation.yield(piece)
            }
            continuation.finish()
        }
    }

    deinit {
        kill()
        reap()
    }

    /// Two ends that no other child inherits.
    private static func channel() throws -> (FileHandle, FileHandle) {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Unmet(what: "a channel") }
        let handles = ends.map { FileHandle(fileDescriptor: $0, closeOnDealloc: true) }
        return (handles[0], handles[1])
    }

    private static func spawn(_ arguments: [String], on channel: FileHandle) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, channel.fileDescriptor, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, channel.fileDescriptor, STDOUT_FILENO)
        let strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, arguments[0], &actions, nil, strings, environ)
        guard result == 0 else { throw Unmet(what: "start of \(arguments[0]): error \(result)") }
        return process
    }

    /// Has a follower commit once.
    func commit() throws {
        try channel.write(contentsOf: Data("\n".utf8))
    }

    /// Waits for the next line; `nil` when the process has ended.
    func next() async throws -> Acknowledgement? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread = Data(unread[unread.index(after: end)...])
                let numbers = line.split(separator: " ")
                return Acknowledgement(
                    number: try #require(numbers.first.flatMap { Int($0) }),
                    nanoseconds: try #require(numbers.last.flatMap { Int64($0) }))
            }
            guard let piece = await pieces.next() else { return nil }
            unread.append(piece)
        }
    }

    /// What it has acknowledged can still be read.
    func kill() {
        if !isReaped { Glibc.kill(process, SIGKILL) }
    }

    /// To be asked after its last acknowledgement: 0 when it ended well.
    func status() -> Int32 {
        reap()
    }

    @discardableResult
    private func reap() -> Int32 {
        guard !isReaped else { return 0 }
        isReaped = true
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Now, on the clock of the acknowledgements.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
