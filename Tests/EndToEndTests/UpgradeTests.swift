import Foundation
import Testing

/// `teal balancer` in front of two samples, replaced while clients go on.
struct UpgradeTests {
    @Test("Replacing the program of a balancer under load loses no request")
    func upgrades() async throws {
        let balancer = try await BalancerUnderTest.start()
        do {
            let load = LoadClient(port: balancer.port, connections: 16)
            load.start()
            for round in 1...3 {
                let before = load.current.requests
                try await eventually("there is load in round \(round)", within: 30) {
                    load.current.requests > before + 200
                }
                try await balancer.upgrade()
            }
            let tally = await load.stop()
            #expect(tally.failures.isEmpty, "\(tally.failures)")
            #expect(tally.requests > 600)
        } catch {
            print(balancer.output)
            await balancer.end()
            throw error
        }
        await balancer.end()
    }

    @Test("A successor that fails leaves the balancer serving, and loses no request")
    func failsToUpgrade() async throws {
        let balancer = try await BalancerUnderTest.start()
        do {
            let load = LoadClient(port: balancer.port, connections: 16)
            load.start()
            try balancer.write("listeners:\n  - {name: http, port: many}\n")
            try balancer.failToUpgrade()
            try await eventually("the successor has ended", within: 60) {
                balancer.output.contains("The successor ended; this process goes on")
            }
            let before = load.current.requests
            try await eventually("there is load after it", within: 30) {
                load.current.requests > before + 200
            }
            try balancer.write(balancer.configuration)
            try await balancer.upgrade()
            let tally = await load.stop()
            #expect(tally.failures.isEmpty, "\(tally.failures)")
        } catch {
            print(balancer.output)
            await balancer.end()
            throw error
        }
        await balancer.end()
    }

    @Test("A file with a mistake changes nothing, and one without is in force")
    func reload() async throws {
        let balancer = try await BalancerUnderTest.start()
        do {
            try balancer.write("listeners:\n  - {name: http, port: many}\n")
            try await eventually("the mistake is logged with its line", within: 30) {
                balancer.output.contains("b.yaml:2: listeners[0].port")
            }
            #expect(
                try HTTPConnection(port: balancer.port).exchange(body: nil, close: true).status
                    == 200)
            try balancer.write(
                balancer.configuration.replacing(
                    "forward: [{target_group: web}]",
                    with: "fixed_response: {status_code: 503}"))
            try await eventually("the new file is in force", within: 30) {
                try HTTPConnection(port: balancer.port).exchange(body: nil, close: true).status
                    == 503
            }
        } catch {
            await balancer.end()
            throw error
        }
        await balancer.end()
    }
}
