import Foundation
import Glibc

/// The life of the machine between two starts: leases are counted in its time and end with it.
package enum Boot {
    /// The kernel's name for this boot.
    @Sendable package static func id() throws -> String {
        try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Milliseconds since the machine started, sleep included: the same in all its processes.
    @Sendable package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
