import Glibc

/// Which process a pid means: a number, and when it started.
struct ProcessIdentity: Hashable, Sendable, Codable {
    let pid: Int32
    /// In clock ticks since the machine started.
    let startTicks: UInt64

    /// Whether that very process still runs; one that has ended but was not reaped does not.
    var isAlive: Bool {
        guard let stat = ProcessIdentity.stat(of: pid) else { return false }
        return stat.startTicks == startTicks && !"ZXx".contains(stat.state)
    }

    /// Whether the number belongs to another process by now.
    var isReused: Bool {
        ProcessIdentity.stat(of: pid).map { $0.startTicks != startTicks } ?? false
    }

    /// The kernel's `/proc/PID/stat`; its second field, a name in parentheses, may hold anything.
    private static func stat(of pid: Int32) -> (state: Character, startTicks: UInt64)? {
        guard let bytes = TextFile.read("/proc/\(pid)/stat"),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        // The state is field 3, the start time field 22.
        guard fields.count > 19, let state = fields[0].first, let ticks = UInt64(fields[19]) else {
            return nil
        }
        return (state, ticks)
    }

    /// Changes with every start of the machine.
    static let bootID: String = {
        let bytes = TextFile.read("/proc/sys/kernel/random/boot_id") ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
            ?? ""
    }()
}
