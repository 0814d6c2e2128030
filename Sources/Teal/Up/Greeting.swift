import API
import Model

/// What `teal up` says when all is ready: lines to try in another terminal.
struct Greeting {
    /// As it was called: `teal`, or the path where it is not in the shell's path.
    let program: String
    let folder: DataFolder
    let settings: Settings
    let configuration: Configuration?

    var text: String {
        let lines = commands
        guard !lines.isEmpty else { return "\nReady. Ctrl-C stops it." }
        return "\nReady. Try in another terminal:\n"
            + lines.map { "  \($0)\n" }.joined() + "\nCtrl-C stops it."
    }

    private var commands: [String] {
        guard let service = configuration?.services?.first else { return [] }
        var lines: [String] = []
        // Clients look in the usual place unless they are told.
        if folder.path != DataFolder(option: nil).path {
            lines.append("export TEAL_DATA=\(folder.path)")
        }
        if let listener = configuration?.loadBalancers?.flatMap({ $0.listeners ?? [] })
            .first(where: { $0.name == service.listener })
        {
            lines.append("curl http://localhost:\(listener.port)/")
        }
        let namespace =
            service.namespaces?.first ?? (service.cluster ?? Cluster.default).namespace
        lines += [
            "dig @\(settings.dns.host) -p \(settings.dns.port) "
                + "\(service.name).\(namespace).teal SRV",
            "\(program) deploy \(service.name) --env VERSION=2",
            "eval \"$(\(program) env)\"; aws ecs describe-services --services \(service.name)",
        ]
        return lines
    }
}
