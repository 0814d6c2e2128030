import Logging
import Model

/// Carrying out what a task's life wants.
extension Agent {
    func perform(_ actions: [TaskLife.Action], of life: TaskLife) {
        let id = life.task.id
        for action in actions {
            switch action {
            case .record:
                record(life.state)
            case .start(let name):
                guard let container = life.containers.first(where: { $0.name == name }) else {
                    continue
                }
                let order = ContainerOrder(container, of: life.task, in: options.surroundings)
                submit { [runtime] in
                    await self.took(await runtime.start(order), container: name, of: id)
                }
            case .signal(let name, let signal):
                running[id]?[name]?.signal(signal)
            case .check(let name):
                check(name, of: life)
            }
        }
    }

    private func record(_ state: TaskState) {
        do {
            try journal.update(state)
        } catch {
            // A full disk is no reason to stop: the store still hears of it.
            logger.error("the state of task \(state.task) can't be kept: \(error)")
        }
        reporter.submit(state)
    }

    /// Takes a container that was started or found.
    func took(_ remains: Remains?, container name: String, of id: TaskID) {
        switch remains {
        case nil:
            change(id) { $0.missing(name, at: $1) }
        case .ended(let exit):
            change(id) { $0.ended(name, exit, at: $1) }
        case .running(let container):
            running[id, default: [:]][name] = container
            submit { [self] in
                guard let exit = await container.ended() else { return }
                await ended(name, exit, of: id)
            }
            change(id) { $0.started(name, runtimeId: container.runtimeId, at: $1) }
        }
    }

    private func ended(_ name: String, _ exit: ContainerExit, of id: TaskID) {
        running[id]?[name] = nil
        if running[id]?.isEmpty == true { running[id] = nil }
        change(id) { $0.ended(name, exit, at: $1) }
    }

    private func check(_ name: String, of life: TaskLife) {
        guard let container = running[life.task.id]?[name],
            let check = life.containers.first(where: { $0.name == name })?.definition.healthCheck,
            let command = check.arguments
        else { return }
        submit { [self] in
            let passed = await container.check(command, timeoutSeconds: check.timeout ?? 5)
            await checked(name, passed, of: life.task.id)
        }
    }

    private func checked(_ name: String, _ passed: Bool, of id: TaskID) {
        change(id) { $0.checked(name, passed: passed, at: $1) }
    }
}
