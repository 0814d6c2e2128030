import Logging
import Model
import Store
import Testing

@testable import Agent

/// The agent and a store that does not always do what it is asked.
@Suite(.timeLimit(.minutes(1))) struct AgentStoreTests {
    @Test(arguments: [1, 2, 5, 9])
    func aStoreThatFailsDelaysAndLosesNothing(failures: Int) async throws {
        let site = try Site()
        let unsteady = UnsteadyStore(site.store, failures: failures)
        try await site.withAgent(store: unsteady) { agent in
            let task = try site.put([Sample.waiter("echo up", onTerm: "exit 3")], on: agent)
            try await site.state(.running)
            try await site.line("up", in: "tasks/a/web/log")
            try site.stop(task)
            let state = try await site.state(.stopped)
            #expect(state.containers.first?.exitCode == 3)
            try await eventually { (try? site.store.read([.liveAgents]).records.count) == 1 }
        }
        #expect(site.text("tasks/a/web/log") == "up\n")
    }

    @Test func aLostLeaseIsTakenAgain() async throws {
        let site = try Site()
        try await site.withAgent(leaseMilliseconds: 60) { _ in
            let key = Key.liveAgents
            let first = try await within(seconds: 20) {
                while true {
                    let snapshot = try site.store.read([key])
                    if !snapshot.records.isEmpty { return snapshot }
                    for try await _ in site.store.watch([key], from: snapshot.cursor) { break }
                }
            }
            // The agent's is the first lease of this store: it goes as if it had run out.
            try site.store.revoke(LeaseID(number: 1))
            try await within(seconds: 20) {
                for try await batch in site.store.watch([key], from: first.cursor) {
                    for case .put in batch.changes { return }
                }
            }
        }
    }

    @Test func aWatchThatFellBehindBeginsAnew() async throws {
        let site = try Site(historyMax: 1)
        try await site.withAgent { agent in
            for number in 0..<20 {
                try site.put([Sample.shell("true")], on: agent, id: TaskID("t\(number)"))
            }
            for number in 0..<20 { try await site.state(of: TaskID("t\(number)"), .stopped) }
        }
    }

    @Test func aRecordThatIsNotLegibleStopsNothing() async throws {
        let site = try Site()
        try await site.withAgent { agent in
            let task = try site.put([Sample.waiter("echo up", onTerm: "exit 3")], on: agent)
            try await site.state(.running)
            let key = Key.task(task.id, in: task.cluster)
            try site.store.commit(
                Transaction([.put(key, value: [UInt8]("{\"id\":7}".utf8), lease: nil)]))
            try site.put([Sample.shell("true")], on: agent, id: "b")
            try await site.state(of: "b", .stopped)
            #expect(try site.birth().main.isAlive)
        }
    }

    @Test func manyTasksAtOnce() async throws {
        let site = try Site()
        let count = 80
        try await site.withAgent { agent in
            var writes: [Write] = []
            for number in 0..<count {
                let shell = Sample.shell("test $PORT -gt 0; exit $?") { container in
                    container.portMappings = [PortMapping(containerPort: 80)]
                }
                let task = Sample.task(
                    [shell], id: TaskID("t\(number)"), on: agent.containerInstance)
                writes.append(try .put(.task(task.id, in: task.cluster), task))
            }
            try site.store.commit(Transaction(writes))
            for number in 0..<count {
                let state = try await site.state(of: TaskID("t\(number)"), .stopped)
                #expect(state.containers.first?.exitCode == 0)
            }
        }
    }
}
