import Foundation
import Logging
import Model
import Store
import Testing

@testable import Agent

/// A machine with a data folder and a store, on which one agent after another may work.
final class Site: Sendable {
    let folder: String
    let store: MemoryStore

    init(historyMax: Int = 1 << 16) throws {
        store = MemoryStore(historyMax: historyMax)
        folder = NSTemporaryDirectory() + "teal-agent-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    /// Where this test's program, and so the shim and the sample app, are.
    static let programs: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return (own ?? "").split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }()

    func options() -> AgentOptions {
        AgentOptions(
            dataFolder: folder, address: "127.0.0.1", shimPath: Site.programs + "/teal-shim",
            version: "1.2.3")
    }

    func agent(
        store: (any Store)? = nil, _ change: (inout AgentOptions) -> Void = { _ in }
    ) throws -> Agent {
        var options = options()
        change(&options)
        return try Agent(
            options: options, store: store ?? self.store,
            logger: Logger(label: "agent") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs `body` beside an agent, which then ends with its tasks; also when `body` throws.
    func withAgent(
        store: (any Store)? = nil, stoppedTasksMax: Int = 100,
        stoppedTaskMilliseconds: Int64 = 3_600_000, leaseMilliseconds: Int64 = 10_000,
        _ body: @Sendable (Agent) async throws -> Void
    ) async throws {
        let agent = try agent(store: store) { options in
            options.leaseMilliseconds = leaseMilliseconds
            options.stoppedTasksMax = stoppedTasksMax
            options.stoppedTaskMilliseconds = stoppedTaskMilliseconds
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await agent.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(agent)) } catch { result = .failure(error) }
            await agent.shutdown(stoppingTasks: true)
            try await group.waitForAll()
            try result.get()
        }
    }

    /// Runs `body` beside an agent that is then dropped as if it had been killed: it does nothing
    /// more, and its tasks run on.
    func withDroppedAgent(_ body: @Sendable (Agent) async throws -> Void) async throws {
        let agent = try agent()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await agent.run() }
            try await body(agent)
            group.cancelAll()
        }
    }

    // MARK: The store

    /// Writes what the control loop would: a new task, or a change of one.
    func put(_ task: Model.Task) throws {
        try store.commit(Transaction([try .put(.task(task.id, in: task.cluster), task)]))
    }

    /// Puts `containers` as a task on `agent`.
    @discardableResult
    func put(
        _ containers: [ContainerDefinition], on agent: Agent, id: TaskID = "a"
    ) throws -> Model.Task {
        let task = Sample.task(containers, id: id, on: agent.containerInstance)
        try put(task)
        return task
    }

    func stop(_ task: Model.Task, reason: String = "scaled in") throws {
        var task = task
        task.desiredStatus = .stopped
        task.retirement = Retirement(
            at: .at(1), stopCode: .serviceSchedulerInitiated, reason: reason)
        try put(task)
    }

    /// Waits for a state of the task that satisfies `condition`.
    @discardableResult
    func state(
        of id: TaskID = "a", where condition: @escaping @Sendable (TaskState) -> Bool
    ) async throws -> TaskState {
        let key = Key.taskState(id, in: Cluster.default)
        return try await within(seconds: 20) { [store] in
            while !_Concurrency.Task.isCancelled {
                let snapshot = try store.read([key])
                for record in snapshot.records {
                    let state: TaskState = try record.decode()
                    if condition(state) { return state }
                }
                // Any change of it, or of a history that was forgotten, is a reason to look again.
                do {
                    for try await _ in store.watch([key], from: snapshot.cursor) { break }
                } catch StoreError.compacted {}
            }
            throw CancellationError()
        }
    }

    @discardableResult
    func state(of id: TaskID = "a", _ status: TaskStatus) async throws -> TaskState {
        try await state(of: id) { $0.lastStatus == status }
    }

    // MARK: Files

    func text(_ path: String) -> String? {
        try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    }

    /// Waits until the file has `line`.
    func line(_ line: String, in path: String) async throws {
        try await eventually {
            self.text(path)?.split(separator: "\n").contains { $0 == line } == true
        }
    }

    /// The main process of a container.
    func birth(_ task: TaskID = "a", _ container: String = "web") throws -> ShimFolder.Birth {
        try #require(ShimFolder(path: "\(folder)/tasks/\(task)/\(container)").birth)
    }

    deinit {
        // Whatever a failed test left running ends here, by its recorded identity.
        for task in Folder.names(in: folder + "/tasks") {
            for container in Folder.names(in: "\(folder)/tasks/\(task)") {
                let birth = ShimFolder(path: "\(folder)/tasks/\(task)/\(container)").birth
                if let birth { ProcessHandle(birth.shim)?.signal(SIGKILL) }
            }
        }
        Folder.remove(folder)
    }
}

struct TooLate: Error {}

/// The result of `body`, or an error when it takes longer.
func within<Value: Sendable>(
    seconds: Int, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            // The deadline of an effect that is waited for, not a pause.
            try await _Concurrency.Task.sleep(for: .seconds(seconds))
            throw TooLate()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw TooLate() }
        return value
    }
}

/// Looks until `condition` holds, for twenty seconds at most.
func eventually(_ condition: @escaping @Sendable () -> Bool) async throws {
    try await within(seconds: 20) {
        // A poll with a bounded deadline: nothing tells us of a file or a process of another's.
        while !condition() { try await _Concurrency.Task.sleep(for: .milliseconds(2)) }
    }
}

/// Waits for the end of a process.
func end(of process: ProcessHandle) async throws {
    let ended = try await within(seconds: 20) { await process.ended() }
    #expect(ended)
}
