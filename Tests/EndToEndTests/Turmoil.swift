import Foundation

/// A real `teal balancer` with real targets, whose world changes as a seed says.
///
/// Two targets stay, one in each group, so that there is always somebody to serve; the others are
/// killed, started again, taken in and drained.
final class Turmoil {
    let http: UInt16
    private(set) var kills = 0
    private let folder: String
    private let metrics: UInt16
    private let ports: [UInt16]
    private var targets: [Program?]
    /// The group of each target, or `nil` while it is in none.
    private var groups: [String?]
    private var share = 500
    private var rules = 0
    private var lastKill = ContinuousClock.now
    private var balancer: Program?
    private var state: UInt64

    /// Files, listeners, the loops' own and idle connections to targets; no client's.
    let descriptorsMax = 80

    static func run(seed: UInt64, _ body: (Turmoil) async throws -> Void) async throws {
        let balancer = try Turmoil(seed: seed)
        do {
            try await balancer.start()
            try await body(balancer)
        } catch {
            print(balancer.balancer?.output.suffix(4000) ?? "")
            await balancer.end()
            throw error
        }
        await balancer.end()
    }

    private init(seed: UInt64) throws {
        folder = FileManager.default.temporaryDirectory.path + "/teal-chaos-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let free = FreePorts.take(8)
        http = free[0]
        metrics = free[1]
        ports = Array(free[2...])
        targets = ports.map { _ in nil }
        groups = ports.indices.map { $0.isMultiple(of: 2) ? "one" : "two" }
        state = seed
    }

    /// Open descriptors of the balancer's process.
    var descriptors: Int {
        let path = "/proc/\(balancer?.pid ?? 0)/fd"
        return (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? .max
    }

    private func start() async throws {
        for index in ports.indices { try startTarget(index) }
        try describe()
        balancer = try Program.start(
            Build.program("teal"), ["balancer", "--config", file], log: folder + "/balancer.log")
        try await eventually("the balancer serves", within: 30) {
            let connection = try? HTTPConnection(port: http, timeoutSeconds: 1)
            return (try? connection?.exchange())?.status == 200
        }
    }

    private func end() async {
        for program in targets + [balancer] {
            guard let program else { continue }
            kill(program.pid, SIGKILL)
            _ = await program.ended()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}

// MARK: - Change

extension Turmoil {
    /// One thing, or two, that an operator or bad luck does.
    func change() throws {
        let victim = 2 + choose(ports.count - 2)
        switch choose(5) {
        case 0: try killOrStart(victim)
        case 1: groups[victim] = groups[victim] == nil ? (choose(2) == 0 ? "one" : "two") : nil
        case 2: share = [0, 10, 300, 500, 1000][choose(5)]
        case 3: rules = choose(6)
        default:
            groups[victim] = choose(2) == 0 ? "one" : "two"
            share = choose(1001)
        }
        try describe()
    }

    /// One at a time: who would lose two targets in one second has lost requests.
    private func killOrStart(_ index: Int) throws {
        guard let target = targets[index] else { return try startTarget(index) }
        guard ContinuousClock.now - lastKill > .seconds(1) else { return }
        lastKill = .now
        kills += 1
        kill(target.pid, SIGKILL)
        var status: Int32 = 0
        waitpid(target.pid, &status, 0)
        targets[index] = nil
    }

    private func startTarget(_ index: Int) throws {
        targets[index] = try Program.start(
            Build.program("teal-hello"), [], log: folder + "/target\(index).log",
            environment: ["PORT": "\(ports[index])", "VERSION": "\(index)"])
    }

    private func choose(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }
}

// MARK: - Description

extension Turmoil {
    private var file: String { folder + "/balancer.yaml" }

    private func describe() throws {
        let text = """
            teal: {metrics: "127.0.0.1:\(metrics)", workers: 2}
            listeners:
              - name: http
                address: 127.0.0.1
                port: \(http)
                default_action: {forward: [\(shares(share))]}
                rules: [\((0..<rules).map(rule).joined(separator: ", "))]
            target_groups: [\(group("one")), \(group("two"))]
            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    private func shares(_ share: Int) -> String {
        "{target_group: one, weight: \(share)}, {target_group: two, weight: \(1000 - share)}"
    }

    /// Some match the load's only path, and some do not.
    private func rule(_ number: Int) -> String {
        let path = number.isMultiple(of: 2) ? "/\(number)*" : "/"
        return "{name: r\(number), priority: \(number + 1), "
            + "conditions: [{path_pattern: [\"\(path)\"]}], "
            + "forward: [\(shares(number * 200))]}"
    }

    private func group(_ name: String) -> String {
        let members = ports.indices.filter { groups[$0] == name }
            .map { "\"127.0.0.1:\(ports[$0])\"" }.joined(separator: ", ")
        return "{name: \(name), deregistration_delay: 2s, targets: [\(members)], health_check: "
            + "{path: /health, interval: 200ms, timeout: 1s, unhealthy_threshold: 2}}"
    }
}
