/// A process of Teal's that can be killed or stopped at any moment.
///
/// What a killed program had planned dies with it; what a paused one had planned happens, late,
/// when it goes on.
class Program {
    let name: String
    let environment: Environment
    let link: Link
    private(set) var isRunning = false
    private(set) var isPaused = false
    /// Grows with every start: what an earlier life planned does not happen in this one.
    private(set) var life = 0
    private var frozen: [() -> Void] = []

    init(_ name: String, in environment: Environment) {
        self.name = name
        self.environment = environment
        link = Link(of: name, in: environment)
    }

    /// What it does first; overridden.
    func didStart() {}

    /// What its death means to others; overridden.
    func didDie() {}

    final func start() {
        guard !isRunning else { return }
        isRunning = true
        life += 1
        note("starts")
        didStart()
    }

    final func kill() {
        guard isRunning else { return }
        isRunning = false
        isPaused = false
        frozen = []
        note("dies")
        link.close()
        didDie()
    }

    final func pause() {
        guard isRunning, !isPaused else { return }
        note("pauses")
        isPaused = true
    }

    final func resume() {
        guard isPaused else { return }
        note("goes on")
        isPaused = false
        let late = frozen
        frozen = []
        for action in late { environment.after(0) { action() } }
    }

    final func after(_ milliseconds: Int64, _ action: @escaping () -> Void) {
        let born = life
        environment.after(milliseconds) { [self] in
            perform { [self] in if life == born, isRunning { action() } }
        }
    }

    final func note(_ what: @autoclosure () -> String) {
        environment.note(name, what())
    }

    private func perform(_ action: @escaping () -> Void) {
        if isPaused {
            frozen.append { [self] in perform(action) }
        } else {
            action()
        }
    }
}
