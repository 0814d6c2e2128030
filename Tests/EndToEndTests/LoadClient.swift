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
        /// How many of them failed, and the first of these in words.
        var failed = 0
        var failures: [String] = []
        /// How many answers each version of the app gave.
        var versions: [String: Int] = [:]

        /// Counts an answer of the app, whose first line tells its version.
        mutating func add(_ answer: HTTPAnswer) {
            requests += 1
            let line = answer.body.split(separator: "\n").first ?? ""
            versions[String(line.dropFirst(LoadClient.greeting.count)), default: 0] += 1
        }

        mutating func add(failure: String) {
            requests += 1
            failed += 1
            if failures.count < LoadClient.failuresKept { failures.append(failure) }
        }
    }

    /// A request that gets no answer for so long has failed.
    static let timeoutSeconds = 10
    static let failuresKept = 20
    /// What an answer of the sample app begins with, before its version.
    static let greeting = "Hello from version "

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
            // A load that its test has given up, because something else failed, ends by itself.
            let thread = Thread { [weak self, group] in
                var caller = Caller(number: number)
                while let load = self, !load.stopped.load(ordering: .relaxed) {
                    load.exchange(&caller)
                }
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

    /// One of the clients, between two requests.
    private struct Caller {
        let number: Int
        var turn: Int
        var connection: HTTPConnection?

        init(number: Int) {
            self.number = number
            turn = number
        }
    }

    private func exchange(_ caller: inout Caller) {
        let keepsAlive = caller.number.isMultiple(of: 2)
        caller.turn += 1
        do {
            let open = try caller.connection ?? HTTPConnection(port: port)
            caller.connection = nil
            let body = caller.turn.isMultiple(of: 4) ? String(repeating: "x", count: 3000) : nil
            let key = isRepeatable && body != nil ? "\(caller.number)-\(caller.turn)" : nil
            let answer = try open.exchange(body: body, close: !keepsAlive, key: key)
            record(answer, body: body)
            if keepsAlive, !answer.closes { caller.connection = open }
        } catch {
            record(failure: "\(error)")
            // A refused connection must not become a busy loop.
            poll(nil, 0, 10)
        }
    }

    private func record(_ answer: HTTPAnswer, body: String?) {
        guard answer.status == 200 else {
            return record(failure: "status \(answer.status): \(answer.body.prefix(80))")
        }
        guard answer.body.hasPrefix(LoadClient.greeting) else {
            return record(failure: "body: \(answer.body.prefix(80))")
        }
        if let body, !answer.body.contains("\(body.utf8.count)") {
            return record(failure: "body was not read whole: \(answer.body.prefix(80))")
        }
        tally.withLock { $0.add(answer) }
    }

    private func record(failure: String) {
        tally.withLock { $0.add(failure: failure) }
    }
}
