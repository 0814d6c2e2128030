import Foundation
import Testing

/// The resolvers that programs use, each as it is: of the C libraries, of Go, and unbound.
///
/// Those that a machine lacks are not asked; glibc's and busybox' are always there.
@Suite struct ResolverTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Resolvers/resolvers.sh").path

    /// What gives the script a network and a `/etc/resolv.conf` of its own, and ends with it all
    /// that it started.
    private static let namespaces = [
        "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child",
    ]
    private static let unshare = "/usr/bin/unshare"

    /// A container may not be allowed to make namespaces.
    private static let isAllowed: Bool = {
        guard let log = try? temporaryFolder() + "/log",
            let program = try? Program.start(unshare, namespaces + ["/bin/true"], log: log)
        else { return false }
        var status: Int32 = 0
        return waitpid(program.pid, &status, 0) == program.pid && status == 0
    }()

    @Test(.enabled(if: isAllowed, "namespaces can be made")) func findTheirNames() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = Build.program("nameserver-bench")
        let result = try await Program.run(
            Self.unshare,
            Self.namespaces + [Self.script, bench, folder, "service-1.default.teal"])
        #expect(result.code == 0, "\(result.output)")
        let lines = result.output.split(separator: "\n").map(String.init)
        let names = lines.compactMap { $0.split(separator: ":").first.map(String.init) }
        #expect(Set(names).isSuperset(of: ["glibc", "busybox", "getaddrinfo"]))
        for (line, name) in zip(lines, names) {
            #expect(line == "\(name): 10.0.0.3 10.0.0.4 10.0.0.5 ")
        }
    }

    private static func temporaryFolder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/teal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }
}
