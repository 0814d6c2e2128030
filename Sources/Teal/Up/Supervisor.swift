import Foundation

/// Keeps the machine's three processes running, and ends them in the order that loses nothing.
///
/// It holds no state that matters: when it is killed its children go on serving, and the next one
/// takes them over by their records.
actor Supervisor {
    /// How each role is run.
    struct Program: Sendable {
        let executable: String
        let arguments: [Role: [String]]
        /// Which build this is: a survivor of another build is replaced.
        let build: String

        func identity(of role: Role) -> String {
            ([build] + (arguments[role] ?? [])).joined(separator: " ")
        }
    }

    /// How long a process may take to end after it was asked to, in milliseconds.
    static let endMilliseconds: Int64 = 20_000
    /// The same for an agent that stops its tasks first, each of which has its `stopTimeout`.
    static let tasksEndMilliseconds: Int64 = 150_000

    private let folder: DataFolder
    private let program: Program
    private let notice: @Sendable (String) -> Void
    private var children: [Role: ChildProcess] = [:]
    private var keepers: [Role: Task<Void, Never>] = [:]
    private var stopping: Set<Role> = []

    init(
        folder: DataFolder, program: Program, notice: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.program = program
        self.notice = notice
    }

    /// Starts every role, or takes it over where it still runs as we would run it.
    func start() async throws {
        for role in Role.allCases {
            let child = try await adopted(role) ?? started(role)
            keepers[role] = Task { await keep(role, from: child) }
        }
    }

    /// Ends what can wait for the least first: the controller, then the edge once its requests are
    /// answered, then the agent, with its tasks or without.
    func stop(keepingTasks: Bool) async {
        await stop(.controller, by: SIGTERM)
        await stop(.edge, by: SIGTERM)
        if keepingTasks {
            await stop(.agent, by: SIGTERM)
        } else {
            await stop(.agent, by: SIGINT, within: Supervisor.tasksEndMilliseconds)
        }
    }

    private func adopted(_ role: Role) async -> ChildProcess? {
        guard let record = ProcessRecord.read(role, from: folder), record.isAlive else {
            return nil
        }
        let child = ChildProcess.adopt(record)
        guard record.identity == program.identity(of: role) else {
            notice("replacing \(role.rawValue) (pid \(record.pid)): it runs another build")
            await end(child, by: SIGTERM)
            return nil
        }
        notice("\(role.rawValue) is still running (pid \(record.pid))")
        children[role] = child
        return child
    }

    private func started(_ role: Role) throws -> ChildProcess {
        let child = try ChildProcess.start(
            role, executable: program.executable, arguments: program.arguments[role] ?? [],
            identity: program.identity(of: role), log: "\(folder.log)/\(role.rawValue).log")
        children[role] = child
        try child.record.write(to: folder)
        return child
    }

    private func keep(_ role: Role, from first: ChildProcess) async {
        var child = first
        var policy = RestartPolicy()
        while true {
            let born = ContinuousClock.now
            let end = await child.ended()
            if stopping.contains(role) { return }
            let lived = (ContinuousClock.now - born).wholeMilliseconds
            let delay = policy.delay(afterLiving: lived)
            notice("\(role.rawValue) \(end); starting it again\(lastWords(of: role))")
            guard let next = await successor(of: role, after: delay) else { return }
            child = next
        }
    }

    /// Starts `role` again after a pause, as often as it takes; `nil` when we are stopping.
    private func successor(of role: Role, after delay: Int64) async -> ChildProcess? {
        var pause = delay
        while !stopping.contains(role) {
            if pause > 0 { try? await Task.sleep(for: .milliseconds(pause)) }
            if stopping.contains(role) { return nil }
            do {
                return try started(role)
            } catch {
                notice(Failure.text(of: error))
                pause = RestartPolicy.delayMaxMilliseconds
            }
        }
        return nil
    }

    private func stop(
        _ role: Role, by signal: Int32, within milliseconds: Int64 = endMilliseconds
    ) async {
        stopping.insert(role)
        if let child = children[role] { await end(child, by: signal, within: milliseconds) }
        keepers[role]?.cancel()
        await keepers[role]?.value
        try? FileManager.default.removeItem(atPath: ProcessRecord.path(of: role, in: folder))
    }

    /// Asks, waits, and insists when the time is up.
    private func end(
        _ child: ChildProcess, by signal: Int32, within milliseconds: Int64 = endMilliseconds
    ) async {
        child.signal(signal)
        let insist = Task {
            try await Task.sleep(for: .milliseconds(milliseconds))
            child.signal(SIGKILL)
        }
        await ProcessEnd.wait(for: child.record.pid)
        insist.cancel()
    }

    /// The last line of a role's log: most often the reason why it ended.
    private func lastWords(of role: Role) -> String {
        guard let log = FileHandle(forReadingAtPath: "\(folder.log)/\(role.rawValue).log") else {
            return ""
        }
        defer { try? log.close() }
        let size = (try? log.seekToEnd()) ?? 0
        try? log.seek(toOffset: size > 2048 ? size - 2048 : 0)
        let tail = String(decoding: (try? log.readToEnd()) ?? Data(), as: UTF8.self)
        guard let line = tail.split(separator: "\n").last else { return "" }
        return "\n  it last said: \(line)"
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
