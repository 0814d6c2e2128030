import Logging
import Model
import Planning
import Store

/// Calls the hooks that wait to be called, and writes what they answer.
///
/// Nothing of it survives this process: the records say what has not been answered yet, so whoever
/// leads next calls again, with the same execution id.
struct HookCaller {
    /// Calls at one time; the others begin when one of these has been answered.
    static let callsMax = 16
    private static let pauseMilliseconds = 500

    private let store: any Store
    private let clock: SteadyClock
    private let logger: Logger
    private var begun: [HookCall.ID: _Concurrency.Task<Void, Never>] = [:]

    init(store: any Store, clock: SteadyClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Begins what is new in `calls` and ends what is no longer there.
    mutating func keep(_ calls: [HookCall], while leadership: Precondition) {
        let wanted = Set(calls.map(\.id))
        for (id, task) in begun where !wanted.contains(id) {
            task.cancel()
            begun[id] = nil
        }
        for call in calls where begun[call.id] == nil && begun.count < HookCaller.callsMax {
            begun[call.id] = begin(call, while: leadership)
        }
    }

    func stop() {
        for task in begun.values { task.cancel() }
    }

    private func begin(
        _ call: HookCall, while leadership: Precondition
    ) -> _Concurrency.Task<Void, Never> {
        _Concurrency.Task { [store, clock, logger] in
            let left = call.expiresAt.milliseconds(since: clock.now)
            let answer = await HookReply.answer(to: call, within: left)
            while !_Concurrency.Task.isCancelled {
                do {
                    let key = Key.hookAnswer(answer.execution, of: answer.deployment)
                    try await store.commit(Transaction([.put(key, answer)], if: [leadership]))
                    return
                } catch StoreError.conflict {
                    // Whoever leads now calls again.
                    return
                } catch {
                    logger.warning(
                        "A hook's answer can't be saved; trying again.",
                        metadata: ["hook": "\(answer.execution)", "error": "\(error)"])
                    try? await _Concurrency.Task.sleep(
                        for: .milliseconds(HookCaller.pauseMilliseconds))
                }
            }
        }
    }
}
