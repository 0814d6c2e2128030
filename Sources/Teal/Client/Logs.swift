import ArgumentParser
import Foundation
import Model

/// `teal logs`
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what the tasks on this machine have written.",
        discussion: "Lines of several tasks carry the first characters of the task's id.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "A service, or a task's id (its first characters are enough).")
    var name: String

    @Flag(name: .shortAndLong, help: "Go on as more is written, until Ctrl-C.")
    var follow = false

    @Option(help: "How many lines of each task to begin with.")
    var tail = 100

    func run() async throws {
        var tails: [String: LogTail] = [:]
        repeat {
            for task in try await tasks() where tails[task.id] == nil {
                for container in task.containers {
                    let path =
                        "\(options.folder.agent)/tasks/\(task.id)/\(container)/log"
                    tails[task.id + container] = LogTail(path: path, lines: tail)
                }
            }
            let several = tails.count > 1
            for (key, log) in tails.sorted(by: { $0.key < $1.key }) {
                for line in log.newLines() {
                    Output.line(several ? "\(key.prefix(8))  \(line)" : String(line))
                }
            }
            if follow { try await ContinuousClock().sleep(for: .milliseconds(200)) }
        } while follow
    }

    private struct LoggingTask {
        let id: String
        let containers: [String]
    }

    private func tasks() async throws -> [LoggingTask] {
        let list = TaskList(try options.client(), cluster: options.cluster)
        let all = try await list.all(of: nil, stopped: true)
        let matching = all.filter { task in
            task["group"]?.string == "service:\(name)"
                || ARN.lastPart(task["taskArn"]?.string).hasPrefix(name)
        }
        guard !matching.isEmpty || follow else {
            throw Failure(
                "no task of this cluster is of service \(name) or has an id that begins so",
                remedy: "see `teal services` and `teal tasks`")
        }
        return matching.map { task in
            LoggingTask(
                id: ARN.lastPart(task["taskArn"]?.string),
                containers: (task["containers"]?.elements ?? []).compactMap { $0["name"]?.string })
        }
    }
}

/// Reads on in a file that grows and is rotated.
final class LogTail {
    private let path: String
    private let firstLines: Int
    private var offset: UInt64?
    private var inode: Int?

    init(path: String, lines: Int) {
        self.path = path
        firstLines = lines
    }

    /// The whole lines written since the last call; at first, the last ones of the file.
    func newLines() -> [Substring] {
        guard let found = FileStamp(of: path)?.inode,
            let file = FileHandle(forReadingAtPath: path)
        else { return [] }
        defer { try? file.close() }
        if found != inode {
            if inode != nil { offset = 0 }
            inode = found
        }
        try? file.seek(toOffset: offset ?? 0)
        let data = (try? file.readToEnd()) ?? Data()
        guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let text = String(decoding: data[...end], as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let first = offset == nil
        offset = (offset ?? 0) + UInt64(end - data.startIndex + 1)
        return first ? Array(lines.suffix(firstLines)) : Array(lines)
    }
}
