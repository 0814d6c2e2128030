import Foundation
import Nameserver
import Naming
import Synchronization

/// Load by name: before every request it asks the name server where to go, and goes there.
///
/// It believes an answer for no longer than the one request, and tries nothing again: an answer
/// that names a task which does not serve is a failure.
final class NameClient: Sendable {
    private let server: UInt16
    private let name: DNSName
    private let clients: Int
    private let stopped = Atomic<Bool>(false)
    private let tally = Mutex(LoadClient.Tally())
    private let group = DispatchGroup()

    init(server: UInt16, name: String, clients: Int = 8) throws {
        self.server = server
        self.name = try DNSName(name)
        self.clients = clients
    }

    func start() {
        for _ in 0..<clients {
            group.enter()
            let thread = Thread { [weak self, group] in
                while let load = self, !load.stopped.load(ordering: .relaxed) { load.exchange() }
                group.leave()
            }
            thread.stackSize = 256 * 1024
            thread.start()
        }
    }

    /// Ends the load once every request under way is answered.
    func stop() async -> LoadClient.Tally {
        stopped.store(true, ordering: .relaxed)
        await withCheckedContinuation { continuation in
            group.notify(queue: .global()) { continuation.resume() }
        }
        return tally.withLock(\.self)
    }

    private func exchange() {
        do {
            let port = try lookUp()
            let answer = try HTTPConnection(port: port).exchange(close: true)
            record(answer, from: port)
        } catch {
            record(failure: "\(error)")
        }
    }

    /// The port of one of the tasks that the name leads to: all of them are on this machine.
    private func lookUp() throws -> UInt16 {
        let answer = try DNSClient(server: "127.0.0.1", port: server).resolve(name, .srv)
        let ports = answer.answers.compactMap { record -> UInt16? in
            guard case .srv(let location) = record.data else { return nil }
            return location.port
        }
        guard let port = ports.randomElement() else {
            throw TestFailure("\(name) has no answer: \(answer.code)")
        }
        return port
    }

    private func record(_ answer: HTTPAnswer, from port: UInt16) {
        guard answer.status == 200, answer.body.hasPrefix(LoadClient.greeting) else {
            return record(failure: "status \(answer.status) from port \(port)")
        }
        tally.withLock { $0.add(answer) }
    }

    private func record(failure: String) {
        tally.withLock { $0.add(failure: failure) }
    }
}
