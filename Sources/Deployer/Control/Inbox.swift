import Store

/// Batches of a watch, one at a time, for a reader that also has to look up at certain times.
///
/// The watch is asked for more only when the last batch was taken: what changes meanwhile comes as
/// one larger batch, and no queue grows here.
final class Inbox: Sendable {
    private enum Signal {
        case batch(Batch)
        case timeout
    }

    private let signals: AsyncThrowingStream<Signal, any Error>
    private let sender: AsyncThrowingStream<Signal, any Error>.Continuation
    private let turns: AsyncStream<Void>
    private let taken: AsyncStream<Void>.Continuation

    init() {
        (signals, sender) = AsyncThrowingStream.makeStream()
        (turns, taken) = AsyncStream.makeStream()
    }

    /// Hands over what `watch` delivers until it ends.
    func fill(from watch: Watch) async {
        do {
            var turn = turns.makeAsyncIterator()
            for try await batch in watch {
                sender.yield(.batch(batch))
                await turn.next()
            }
            sender.finish()
        } catch {
            sender.finish(throwing: error)
        }
    }

    /// The next batch; `nil` when `milliseconds` have passed without one.
    func next(within milliseconds: Int64?) async throws -> Batch? {
        let alarm = milliseconds.map { milliseconds in
            Task { [sender] in
                try await Task.sleep(for: .milliseconds(milliseconds))
                sender.yield(.timeout)
            }
        }
        defer { alarm?.cancel() }
        var iterator = signals.makeAsyncIterator()
        switch try await iterator.next() {
        case .batch(let batch):
            taken.yield()
            return batch
        case .timeout: return nil
        case nil: throw CancellationError()
        }
    }
}
