import Foundation
import Synchronization

/// Continuous HTTP load by strict clients: whatever a user would call an error is counted.
///
/// Half of the connections are kept alive, half are new for every request; they alternate between
/// GET and POST with a body. A request fails when it cannot connect, is reset, times out, is cut
/// short, is answered with anything but 200, or with a body that is not the one expected. Nothing
/// is tried again.
final class LoadClient: Sendable {
    struct Tally: Sendable {
        var requests = 0
        var failures: [String] = []
        /// How many answers each version of the app gave.
        var versions: [String: Int] = [:]
    }

    /// A request that gets no answer for so long has failed.
    static let timeoutSeconds = 10
    static let failuresKept = 20

    private let port: UInt16
    private let connections: Int
    /// Whether every request says that it may be sent twice.
    private let isRepeatable: Bool
    private let stopped = Atomic<Bool>(false)
    private let tally = Mutex(Tally())
    private let group = DispatchGroup()

    init(port: UInt16, connections: Int = 64, isRepeatable: Bool = false) {
        self.port = port
        self.isRepeatable = isRepeatable
        self.connections = connections
    }

    func start() {
        for number in 0..<connections {
            group.enter()
            let thread = Thread { [self] in
                work(number)
                group.leave()
            }
            thread.stackSize = 256 * 1024
            thread.start()
        }
    }

    /// Ends the load once every request under way is answered.
    func stop() async -> Tally {
        stopped.store(true, ordering: .relaxed)
        await withCheckedContinuation { continuation in
            group.notify(queue: .global()) { continuation.resume() }
        }
        return current
    }

    var current: Tally { tally.withLock(\.self) }

    private func work(_ number: Int) {
        let keepsAlive = number.isMultiple(of: 2)
        var connection: HTTPConnection?
        var turn = number
        while !stopped.load(ordering: .relaxed) {
            turn += 1
            do {
                let open = try connection ?? HTTPConnection(port: port)
                connection = nil
                let body = turn.isMultiple(of: 4) ? String(repeating: "x", count: 3000) : nil
                let key = isRepeatable && body != nil ? "\(number)-\(turn)" : nil
                let answer = try open.exchange(body: body, close: !keepsAlive, key: key)
                record(answer, body: body)
                if keepsAlive, !answer.closes { connection = open }
            } catch {
                record(failure: "\(error)")
                // A refused connection must not become a busy loop.
                poll(nil, 0, 10)
            }
        }
    }

    private func record(_ answer: HTTPAnswer, body: String?) {
        guard answer.status == 200 else {
            return record(failure: "status \(answer.status): \(answer.body.prefix(80))")
        }
        let version = answer.body.split(separator: "\n").first ?? ""
        guard version.hasPrefix("Hello from version ") else {
            return record(failure: "body: \(answer.body.prefix(80))")
        }
        if let body, !answer.body.contains("\(body.utf8.count)") {
            return record(failure: "body was not read whole: \(answer.body.prefix(80))")
        }
        tally.withLock {
            $0.requests += 1
            $0.versions[String(version.dropFirst(19)), default: 0] += 1
        }
    }

    private func record(failure: String) {
        tally.withLock {
            $0.requests += 1
            if $0.failures.count < LoadClient.failuresKept { $0.failures.append(failure) }
        }
    }
}
