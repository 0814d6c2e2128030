import Synchronization

/// A target that notes the paths it is asked for, and answers from when it is let.
final class HeldTarget: Sendable {
    private final class Notes: Sendable {
        struct State {
            var paths: [String] = []
            var now = 0
            var most = 0
        }

        let state = Mutex(State())
    }

    private let notes: Notes
    private let gate: Gate
    private let target: ScriptedTarget

    init() throws {
        let notes = Notes()
        let gate = Gate()
        self.notes = notes
        self.gate = gate
        target = try ScriptedTarget.http { request in
            guard request.field("User-Agent") == nil else { return response("well") }
            let path = String(request.start.split(separator: " ")[1])
            notes.state.withLock { state in
                state.paths.append(path)
                state.now += 1
                state.most = max(state.most, state.now)
            }
            gate.wait()
            notes.state.withLock { $0.now -= 1 }
            return response(path)
        }
    }

    var port: UInt16 { target.port }

    /// In their order; those of probes are left out.
    var paths: [String] { notes.state.withLock { $0.paths } }

    /// The most requests that were here at one time.
    var most: Int { notes.state.withLock { $0.most } }

    func open() { gate.open() }

    func stop() {
        gate.open()
        target.stop()
    }
}
