import ArgumentParser

@main
struct Teal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teal",
        abstract: "Runs your services on your own machines the way ECS runs them on AWS.",
        discussion: """
            Start everything on this machine with `teal up`; then, in another terminal, deploy a \
            new revision with `teal deploy`, watch it with `teal status`, and ask `teal why` what \
            a deployment did. The AWS CLI and SDKs work too: `eval "$(teal env)"`.
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Machine", subcommands: [Up.self, Status.self, Instances.self, Env.self]),
            CommandGroup(
                name: "Service",
                subcommands: [
                    Apply.self, Deploy.self, Continue.self, Rollback.self, Alarms.self,
                    Services.self, Tasks.self, Targets.self, Rules.self, Connections.self,
                    Top.self, Lookup.self, Logs.self,
                    Why.self,
                ]),
            CommandGroup(
                name: "Role",
                subcommands: [
                    EdgeRole.self, ControllerRole.self, AgentRole.self, BalancerRole.self,
                ]),
        ])
}

/// What this binary calls itself.
enum Release {
    static let version = "0.1.0"
}
