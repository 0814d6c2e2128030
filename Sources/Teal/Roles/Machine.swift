import Foundation

/// This machine, and this program's place on it.
enum Machine {
    /// The host's name: tells its processes from those of other machines.
    static var name: String { ProcessInfo.processInfo.hostName }

    /// A program that is installed beside this one.
    static func program(beside name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: own).deletingLastPathComponent()
            .appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(
                "\(path) is missing", remedy: "install \(name) beside teal; `make build` makes both"
            )
        }
        return path
    }
}
