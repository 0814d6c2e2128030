import Foundation
import Testing

/// A `teal balancer` of the built binary before two samples, on free ports.
final class BalancerUnderTest: Sendable {
    let port: UInt16
    let configuration: String
    private let folder: String
    private let first: Program
    private let samples: [Program]

    static func start() async throws -> BalancerUnderTest {
        let balancer = try BalancerUnderTest()
        do {
            try await eventually("the balancer forwards", within: 60) {
                let connection = try? HTTPConnection(port: balancer.port)
                return (try? connection?.exchange(body: nil, close: true))?.status == 200
            }
        } catch {
            print(balancer.output)
            await balancer.end()
            throw error
        }
        return balancer
    }

    private init() throws {
        let ports = FreePorts.take(4)
        port = ports[0]
        folder = FileManager.default.temporaryDirectory.path + "/teal-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        configuration = """
            teal: {metrics: \(ports[1]), workers: 2, data: \(folder)/data}
            listeners:
              - name: http
                address: 127.0.0.1
                port: \(port)
                default_action: {forward: [{target_group: web}]}
            target_groups:
              - name: web
                health_check: {path: /health, interval: 100ms}
                targets: ["127.0.0.1:\(ports[2])", "127.0.0.1:\(ports[3])"]
            """
        try configuration.write(toFile: folder + "/b.yaml", atomically: true, encoding: .utf8)
        let folder = folder
        samples = try ports[2...].map { port in
            try Program.start(
                Build.program("teal-hello"), [], log: "\(folder)/\(port).log",
                environment: ["PORT": "\(port)", "VERSION": "1"])
        }
        first = try Program.start(
            Build.program("teal"),
            ["balancer", "--config", folder + "/b.yaml", "--control", folder + "/control"],
            log: folder + "/log")
    }

    /// What all its processes have written so far.
    var output: String { first.output }

    func write(_ text: String) throws {
        try text.write(toFile: folder + "/b.yaml", atomically: true, encoding: .utf8)
    }

    /// Replaces the process that serves, and waits until only its successor is left.
    func upgrade() async throws {
        let old = try #require(processes.first)
        let handed = output.ranges(of: "A successor has taken over").count
        kill(old, SIGUSR2)
        try await eventually("a successor has taken over", within: 60) {
            output.ranges(of: "A successor has taken over").count > handed
        }
        try await eventually("the predecessor has ended", within: 90) {
            _ = first.isRunning
            return !processes.contains(old) && !processes.isEmpty
        }
    }

    /// Asks the process that serves for a successor that will not come.
    func failToUpgrade() throws {
        kill(try #require(processes.first), SIGUSR2)
    }

    func end() async {
        for pid in processes { kill(pid, SIGTERM) }
        try? await eventually("the balancer has ended", within: 30) {
            _ = first.isRunning
            return processes.isEmpty
        }
        for pid in processes { kill(pid, SIGKILL) }
        for sample in samples {
            kill(sample.pid, SIGKILL)
            _ = await sample.ended()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private var processes: [Int32] {
        Build.processes(mentioning: folder + "/b.yaml").filter(Build.isAlive)
    }
}
