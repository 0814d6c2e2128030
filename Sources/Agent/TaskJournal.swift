import FoundationEssentials
import Model

/// The agent's own memory of its tasks: a folder each, which is there before anything is started.
///
/// `task.json` is what was wanted when it started, `state.json` what became of it. Both are there
/// for a kill -9 of the agent, not for a loss of power, after which no process runs anyway.
struct TaskJournal: Sendable {
    let folder: String

    /// A task as it was found.
    struct Entry: Sendable {
        let task: Task
        /// `nil` when it was lost, as in a loss of power.
        let state: TaskState?
    }

    func open(_ task: Task, _ state: TaskState) throws {
        try Folder.make(path(of: task.id))
        // The task last: a folder that has it has everything.
        try write(state, as: "state.json", of: task.id)
        try write(task, as: "task.json", of: task.id)
    }

    func update(_ state: TaskState) throws {
        try write(state, as: "state.json", of: state.task)
    }

    func close(_ task: TaskID) {
        Folder.remove(path(of: task))
    }

    /// Every task that has a folder, as far as it is legible; `complain` hears of the others.
    func entries(complain: (String) -> Void) -> [Entry] {
        Folder.names(in: folder).compactMap { name in
            let id = TaskID(name)
            guard Folder.exists("\(path(of: id))/task.json") else {
                // Its folder was never finished: nothing was started.
                close(id)
                return nil
            }
            guard let task = read(Task.self, from: "task.json", of: id), task.id == id else {
                complain("\(path(of: id))/task.json is not legible: what runs there is unknown")
                return nil
            }
            return Entry(task: task, state: read(TaskState.self, from: "state.json", of: id))
        }
    }

    private func path(of task: TaskID) -> String { "\(folder)/\(task)" }

    private func write(_ value: some Encodable, as name: String, of task: TaskID) throws {
        let bytes = [UInt8](try JSONEncoder().encode(value))
        try TextFile.replace("\(path(of: task))/\(name)", with: bytes)
    }

    private func read<Value: Decodable>(
        _ type: Value.Type, from name: String, of task: TaskID
    ) -> Value? {
        guard let bytes = TextFile.read("\(path(of: task))/\(name)") else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
