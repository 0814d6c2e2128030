import Model
import Testing

@testable import Agent

/// Random tasks under random events: what must hold after every one of them.
@Suite struct TaskLifePropertyTests {
    @Test(arguments: 1...400) func holdsWhateverHappens(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 1...60 where !world.life.isOver { world.step() }
        world.finish()
        #expect(world.life.isOver, "every task can be brought to its end")
        #expect(world.violations == [], "seed \(seed)")
    }

    /// A machine that does what a task's life asks, in its own time.
    private struct World {
        var generator: Generator
        var life: TaskLife
        var now = Instant.at(0)
        var violations: [String] = []
        /// Containers that were asked to start and have not answered.
        var starting: Set<String> = []
        var running: Set<String> = []
        var everStarted: Set<String> = []
        var checking: Set<String> = []
        var lastRecorded: TaskState?

        init(seed: UInt64) {
            generator = Generator(seed: seed)
            let names = ["a", "b", "c", "d"].prefix(Int.random(in: 1...4, using: &generator))
            var containers: [ContainerDefinition] = []
            for (index, name) in names.enumerated() {
                containers.append(
                    World.container(name, after: Array(names[..<index]), using: &generator))
            }
            life = TaskLife(
                Sample.task(containers), on: Sample.instance, networkBindings: [:])
            let before = life.state
            let actions = life.begin(at: now)
            take(actions, before: before)
        }

        static func container(
            _ name: String, after others: [String], using generator: inout Generator
        ) -> ContainerDefinition {
            var container = Sample.container(name)
            container.essential = others.isEmpty || Bool.random(using: &generator)
            container.stopTimeout = Int.random(in: 1...5, using: &generator)
            if Bool.random(using: &generator) {
                container.healthCheck = ContainerHealthCheck(command: ["CMD", "true"])
            }
            if let other = others.randomElement(using: &generator) {
                let conditions = ["START", "COMPLETE", "SUCCESS", "HEALTHY"]
                container.dependsOn = [
                    ContainerDependency(
                        containerName: other,
                        condition: conditions.randomElement(using: &generator) ?? "START")
                ]
            }
            return container
        }

        mutating func step() {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...2: answerStart()
            case 3: endOne()
            case 4...5: answerCheck()
            case 6...8: passTime()
            default: apply { $0.stop(.userInitiated, "enough", at: $1) }
            }
        }

        /// Lets everything happen that is owed, as a machine that works in the end does.
        mutating func finish() {
            apply { $0.stop(.userInitiated, "the end", at: $1) }
            for _ in 1...50 where !life.isOver {
                answerStart()
                passTime()
                endOne()
            }
        }

        private mutating func answerStart() {
            guard let name = starting.sorted().randomElement(using: &generator) else { return }
            starting.remove(name)
            if Int.random(in: 0..<4, using: &generator) == 0 {
                apply { $0.ended(name, ContainerExit(.refused("no")), at: $1) }
            } else {
                running.insert(name)
                apply { $0.started(name, runtimeId: name, at: $1) }
            }
        }

        private mutating func endOne() {
            guard let name = running.sorted().randomElement(using: &generator) else { return }
            running.remove(name)
            let code = Int.random(in: 0...1, using: &generator)
            apply { $0.ended(name, ContainerExit(.code(code)), at: $1) }
        }

        private mutating func answerCheck() {
            guard let name = checking.sorted().randomElement(using: &generator) else { return }
            checking.remove(name)
            let passed = Bool.random(using: &generator)
            apply { $0.checked(name, passed: passed, at: $1) }
        }

        private mutating func passTime() {
            guard let deadline = life.deadline else { return }
            now = max(now, deadline)
            apply { $0.tick(at: $1) }
            if let next = life.deadline, next <= now {
                violations.append("a deadline that is over stays: the clock would spin")
            }
        }

        private mutating func apply(_ event: (inout TaskLife, Instant) -> [TaskLife.Action]) {
            let before = life.state
            let actions = event(&life, now)
            take(actions, before: before)
        }

        private mutating func take(_ actions: [TaskLife.Action], before: TaskState) {
            for action in actions {
                switch action {
                case .record: lastRecorded = life.state
                case .start(let name): start(name)
                case .signal(let name, _):
                    if !running.contains(name) { violations.append("\(name) is signalled, not up") }
                case .check(let name):
                    if !checking.insert(name).inserted { violations.append("checks overlap") }
                }
            }
            if lastRecorded != life.state { violations.append("a change was not recorded") }
            if actions.dropFirst().contains(.record) { violations.append("recorded too late") }
            if rank(life.state.lastStatus) < rank(before.lastStatus) {
                violations.append("from \(before.lastStatus) back to \(life.state.lastStatus)")
            }
            if life.isOver, !running.isEmpty || !starting.isEmpty {
                violations.append("over, but \(running) run and \(starting) start")
            }
        }

        private mutating func start(_ name: String) {
            if !everStarted.insert(name).inserted { violations.append("\(name) starts twice") }
            if life.state.stopCode != nil { violations.append("\(name) starts while stopping") }
            starting.insert(name)
        }

        private func rank(_ status: TaskStatus) -> Int {
            TaskStatus.allCases.firstIndex(of: status) ?? 0
        }
    }
}
