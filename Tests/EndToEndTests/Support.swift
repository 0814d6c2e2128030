import Foundation
import Synchronization

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Waits until `condition` holds; throws when it does not within a time that no healthy run needs.
func eventually(
    _ what: String, within seconds: Double, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw TestFailure("not within \(seconds) s: \(what)")
        }
        // Real processes have no event to wait for; this only paces the looking.
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// The programs that were built beside the tests.
enum Build {
    static func program(_ name: String) -> String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: own ?? "").deletingLastPathComponent()
        return folder.appendingPathComponent(name).path
    }

    static func isAlive(_ pid: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let close = stat.lastIndex(of: ")")
        else { return false }
        return !stat[close...].hasPrefix(") Z")
    }

    /// The processes whose command line names `text`: those of one test, by its unique folder.
    static func processes(mentioning text: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { pid in
            guard pid != getpid(),
                let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
            else { return false }
            return String(decoding: data, as: UTF8.self).contains(text)
        }
    }
}

/// Ports that nothing listens on: bound together, so that they differ, then let go.
enum FreePorts {
    private static let taken = Mutex(Set<UInt16>())

    static func take(_ count: Int) -> [UInt16] {
        var ports: [UInt16] = []
        while ports.count < count {
            guard let port = free(), taken.withLock({ $0.insert(port).inserted }) else { continue }
            ports.append(port)
        }
        return ports
    }

    private static func free() -> UInt16? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        // Below the kernel's ephemeral range, so that no outgoing connection takes it meanwhile.
        address.sin_port = UInt16.random(in: 12_000..<20_000).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return code == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }
}
