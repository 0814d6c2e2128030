import Foundation

/// Holds threads back until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    static let timeoutSeconds = 20

    func open() {
        semaphore.signal()
    }

    /// Returns when it is open, or after a long while, so that no thread is left behind.
    func wait() {
        if semaphore.wait(timeout: .now() + .seconds(Gate.timeoutSeconds)) == .success {
            semaphore.signal()
        }
    }
}
