import Agent
import ArgumentParser
import Foundation
import Logging
import Model

/// `teal agent`
struct AgentRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Run tasks on this machine.",
        discussion: "SIGTERM leaves the tasks running; SIGINT stops them first.")

    @OptionGroup var options: RoleOptions

    @Option(help: "The cluster that this machine serves.")
    var cluster = "default"

    @Option(help: "The address at which balancers reach its tasks.")
    var address = "127.0.0.1"
}

extension AgentRole {
    func run() async throws {
        let store = try options.openStore()
        let logger = options.logger("agent")
        let agent = try Agent(
            options: AgentOptions(
                cluster: ClusterName(cluster), dataFolder: options.folder.agent, address: address,
                shimPath: try Machine.program(beside: "teal-shim"), version: Release.version),
            store: store, logger: logger)
        let signals = Signals.stream(SIGINT, SIGTERM)
        await withTaskGroup { group in
            group.addTask { await agent.run() }
            group.addTask {
                for await signal in signals {
                    return await agent.shutdown(stoppingTasks: signal == SIGINT)
                }
            }
            await group.waitForAll()
        }
    }
}
