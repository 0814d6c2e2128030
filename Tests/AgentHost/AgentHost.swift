import Agent
import Glibc
import Logging
import Model
import Store

/// An agent of one task, to be killed: `agent-host DATA SHIM TASK-AS-JSON`.
///
/// It has a store of its own, in which the task stands as the control loop would have written it.
@main
enum AgentHost {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 4 else { exit(2) }
        let store = MemoryStore()
        let agent = try Agent(
            options: AgentOptions(
                dataFolder: words[1], address: "127.0.0.1", shimPath: words[2], version: "1"),
            store: store, logger: Logger(label: "agent-host"))
        let record = Record(key: Key("task"), value: [UInt8](words[3].utf8), version: 1)
        var task: Model.Task = try record.decode()
        task.containerInstance = agent.containerInstance
        try store.commit(Transaction([try .put(.task(task.id, in: task.cluster), task)]))
        await agent.run()
    }
}
