import Glibc
import Model

/// What this machine offers, as ECS's resources and attributes.
struct Machine: Sendable {
    let cores: Int
    let memoryMiB: Int
    let architecture: String
    let hostName: String

    static func current() -> Machine {
        var names = utsname()
        uname(&names)
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let pageBytes = sysconf(Int32(_SC_PAGESIZE))
        return Machine(
            cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memoryMiB: max(1, (pages * pageBytes) >> 20),
            architecture: Machine.text(names.machine), hostName: Machine.text(names.nodename))
    }

    /// ECS's names, and its spelling of the architecture.
    var attributes: [Attribute] {
        [
            Attribute(name: "ecs.os-type", value: "linux"),
            Attribute(name: "ecs.os-family", value: "LINUX"),
            Attribute(
                name: "ecs.cpu-architecture",
                value: architecture == "aarch64" ? "arm64" : architecture),
            Attribute(name: "teal.hostname", value: hostName),
        ]
    }

    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
