import Foundation

/// The signals that ask a process to end, as a stream.
enum Signals {
    /// Delivers each of `numbers` when it arrives, in place of what it would do by default.
    static func stream(_ numbers: Int32...) -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = numbers.map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return Source(source)
            }
            continuation.onTermination = { _ in
                for source in sources { source.cancel() }
            }
        }
    }

    /// A dispatch source that crosses into the termination handler.
    ///
    /// `@unchecked Sendable` is sound: the only call made through it is `cancel`, which Dispatch
    /// allows from any thread.
    private final class Source: @unchecked Sendable {
        private let source: any DispatchSourceSignal

        init(_ source: any DispatchSourceSignal) {
            self.source = source
        }

        func cancel() {
            source.cancel()
        }
    }
}
