import Glibc
package import Logging
package import Model

/// Runs containers whose image is `host` as plain processes, each under a shim of its own.
package struct ProcessRuntime: Runtime {
    package struct Options: Sendable {
        /// Where `teal-shim` is.
        package var shimPath: String
        /// Holds a folder for each task.
        package var tasksFolder: String
        package var logBytesMax = TaskLog.bytesMaxDefault
        package var logFilesMax = TaskLog.filesMaxDefault

        package init(shimPath: String, tasksFolder: String) {
            self.shimPath = shimPath
            self.tasksFolder = tasksFolder
        }
    }

    private let options: Options
    private let cgroups: Cgroups

    package init(_ options: Options, logger: Logger) {
        self.options = options
        cgroups = Cgroups(.detected(), logger: logger)
    }

    package func start(_ order: ContainerOrder) async -> Remains {
        if let reason = ProcessRuntime.objection(to: order) {
            return .ended(ContainerExit(.refused(reason)))
        }
        do {
            return try await launch(order)
        } catch {
            return .ended(ContainerExit(.refused("CannotStartContainerError: \(error)")))
        }
    }

    package func find(_ order: ContainerOrder) async -> Remains? {
        let folder = folder(of: order)
        guard Folder.exists(folder.path) else { return nil }
        // A shim that is just starting holds the lock until it has said so.
        guard (try? await folder.lock()) != nil else { return nil }
        return found(order, in: folder)
    }

    package func forget(_ task: TaskID) async {
        cgroups.remove(task)
    }

    private func folder(of order: ContainerOrder) -> ShimFolder {
        ShimFolder(path: "\(options.tasksFolder)/\(order.task)/\(order.name)")
    }

    private static func objection(to order: ContainerOrder) -> String? {
        if order.image != ContainerDefinition.hostImage {
            return "CannotPullContainerError: The image \(order.image) of container \(order.name) "
                + "needs a container engine; this agent runs only the image "
                + "\(ContainerDefinition.hostImage)"
        }
        if order.arguments.isEmpty {
            return "CannotStartContainerError: The container \(order.name) has neither entryPoint "
                + "nor command; name the program to run"
        }
        return nil
    }

    /// Starts the shim, unless an earlier agent did.
    private func launch(_ order: ContainerOrder) async throws(TextFile.Problem) -> Remains {
        let folder = folder(of: order)
        try Folder.make(folder.path)
        if let remains = try await spawn(order, in: folder) { return remains }
        // Free again as soon as the shim has written what became of it.
        _ = try await folder.lock()
        if let remains = found(order, in: folder) { return remains }
        throw TextFile.Problem("\(options.shimPath) left no record", code: ECHILD)
    }

    private func spawn(
        _ order: ContainerOrder, in folder: ShimFolder
    ) async throws(TextFile.Problem) -> Remains? {
        let lock = try await folder.lock()
        if let remains = found(order, in: folder) { return remains }
        let shim = try Spawn(
            executable: options.shimPath,
            arguments: [
                "-d", folder.path, "-b", String(options.logBytesMax), "-n",
                String(options.logFilesMax),
            ] + standing(of: order) + ["--"] + order.arguments,
            environment: order.environment.map { "\($0.name)=\($0.value)" },
            third: lock.descriptor)()
        Children.adopt(shim)
        return nil
    }

    /// The shim's options for who runs a program of the container, where and within which limits.
    private func standing(of order: ContainerOrder) -> [String] {
        var words: [String] = []
        if let user = order.user { words += ["-u", user] }
        if let directory = order.workingDirectory { words += ["-w", directory] }
        for file in cgroups.prepare(order) { words += ["-c", file] }
        for limit in order.ulimits { words += ["-r", limit] }
        return words
    }

    /// What the folder tells; `nil` when nothing was ever started in it.
    private func found(_ order: ContainerOrder, in folder: ShimFolder) -> Remains? {
        if let exit = folder.exit { return .ended(over(exit, order)) }
        guard let birth = folder.birth else { return nil }
        if birth.bootID == ProcessIdentity.bootID, let shim = ProcessHandle(birth.shim) {
            return .running(
                RunningProcess(
                    runtimeId: String(birth.main.pid), shim: shim,
                    main: ProcessHandle(birth.main),
                    ended: { over(end(of: birth, in: folder), order) },
                    checked: { await check(order, $0, timeoutSeconds: $1) }))
        }
        return .ended(over(end(of: birth, in: folder), order))
    }

    /// How a container ended whose shim is gone.
    private func end(of birth: ShimFolder.Birth, in folder: ShimFolder) -> ContainerExit {
        if let exit = folder.exit { return exit }
        guard birth.bootID == ProcessIdentity.bootID else {
            return ContainerExit(
                .lost("The machine was restarted while the container ran", byMachine: true))
        }
        // The kernel ends the program with its shim; what it started itself is ended here.
        if !birth.main.isReused { kill(-birth.main.pid, SIGKILL) }
        return ContainerExit(
            .lost(
                "The container's shim (pid \(birth.shim.pid)) was killed and the container with "
                    + "it: its exit code is not known", byMachine: false))
    }

    private func over(_ exit: ContainerExit, _ order: ContainerOrder) -> ContainerExit {
        var exit = exit
        switch exit.how {
        case .code(0), .refused, .lost: break
        // Either the program itself was killed, or it gave up because a child of it was.
        case .code, .signal: exit.ranOutOfMemory = cgroups.ranOutOfMemory(order)
        }
        return exit
    }

    /// Runs a health check as the container's user, in its folder, with its environment.
    private func check(
        _ order: ContainerOrder, _ arguments: [String], timeoutSeconds: Int
    ) async -> Bool {
        let words =
            ["-x", "-t", String(timeoutSeconds + 1)] + standing(of: order) + ["--"] + arguments
        let spawn = Spawn(
            executable: options.shimPath, arguments: words,
            environment: order.environment.map { "\($0.name)=\($0.value)" })
        guard let pid = try? spawn() else { return false }
        return await Children.exitCode(of: pid, within: timeoutSeconds) == 0
    }
}

/// A process task that runs now.
private final class RunningProcess: RunningContainer {
    let runtimeId: String
    private let shim: ProcessHandle
    /// `nil` when it has ended and the shim is about to say so.
    private let main: ProcessHandle?
    private let end: @Sendable () -> ContainerExit
    private let checked: @Sendable ([String], Int) async -> Bool

    init(
        runtimeId: String, shim: ProcessHandle, main: ProcessHandle?,
        ended: @escaping @Sendable () -> ContainerExit,
        checked: @escaping @Sendable ([String], Int) async -> Bool
    ) {
        self.runtimeId = runtimeId
        self.shim = shim
        self.main = main
        end = ended
        self.checked = checked
    }

    func signal(_ signal: StopSignal) {
        main?.signal(signal == .kill ? SIGKILL : SIGTERM)
    }

    func ended() async -> ContainerExit? {
        await shim.ended() ? end() : nil
    }

    func check(_ command: [String], timeoutSeconds: Int) async -> Bool {
        await checked(command, timeoutSeconds)
    }
}
