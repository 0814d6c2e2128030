import Foundation

/// Where a stand-alone balancer is found by the one that is to replace it.
enum ControlSocket {
    /// One for each file: `/run/teal-balancer-HASH.sock`, or in the user's own runtime folder.
    static func path(
        of file: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        isRoot: Bool = getuid() == 0
    ) -> String {
        let whole = URL(fileURLWithPath: file).standardizedFileURL.path
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in whole.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let folder = isRoot ? "/run" : environment["XDG_RUNTIME_DIR"] ?? "/tmp"
        return "\(folder)/teal-balancer-\(String(hash, radix: 16)).sock"
    }
}
