import Foundation

/// What the supervisor writes down of each process, so that a later one can take it over.
struct ProcessRecord: Codable, Equatable, Sendable {
    var role: Role
    var pid: Int32
    /// In clock ticks since boot: with `bootID` it tells this process from a later one of its pid.
    var startTicks: UInt64
    var bootID: String
    /// The command line, and which build of the binary: a survivor is kept only if both match.
    var identity: String

    static func path(of role: Role, in folder: DataFolder) -> String {
        "\(folder.run)/\(role.rawValue).json"
    }

    static func read(_ role: Role, from folder: DataFolder) -> ProcessRecord? {
        guard let data = FileManager.default.contents(atPath: path(of: role, in: folder)) else {
            return nil
        }
        return try? JSONDecoder().decode(ProcessRecord.self, from: data)
    }

    func write(to folder: DataFolder) throws {
        try JSONEncoder().encode(self).write(
            to: URL(fileURLWithPath: ProcessRecord.path(of: role, in: folder)), options: .atomic)
    }

    /// Whether that very process still runs.
    var isAlive: Bool {
        bootID == ProcessTable.bootID && ProcessTable.startTicks(of: pid) == startTicks
    }
}

/// What /proc says.
enum ProcessTable {
    static var bootID: String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    /// When `pid` started, in clock ticks since boot; `nil` when it does not run (zombies do not).
    static func startTicks(of pid: Int32) -> UInt64? {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let close = stat.lastIndex(of: ")")
        else { return nil }
        // After the command's name: state is the first field, start time the twentieth.
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }
}

/// The processes of one machine: the same binary, three jobs.
enum Role: String, Codable, CaseIterable, Sendable {
    case edge
    case controller
    case agent
}

extension ProcessTable {
    /// The first number of /proc/uptime.
    static var secondsSinceBoot: Double? {
        guard let text = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8),
            let first = text.split(separator: " ").first
        else { return nil }
        return Double(first)
    }
}
