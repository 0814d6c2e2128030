import Glibc
import Model
import Proxy

// A balancer without a store, for measuring:
// proxy-bench --listen PORT [--workers N] [--changes N] [--access-log FILE] --target HOST:PORT ...
// With changes it puts so many configurations into force while it serves, and says when it is done.

struct Flags {
    var listen: UInt16 = 8080
    var workers = 1
    var changes = 0
    var accessLog: AccessLogOptions?
    var targets: [(host: String, port: UInt16)] = []

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let flag = rest.popFirst(), let value = rest.popFirst() {
            switch flag {
            case "--listen":
                guard let port = UInt16(value) else { return nil }
                listen = port
            case "--workers":
                guard let count = Int(value), (1...64).contains(count) else { return nil }
                workers = count
            case "--changes":
                guard let count = Int(value), count >= 0 else { return nil }
                changes = count
            case "--access-log":
                accessLog = AccessLogOptions(
                    path: value, format: .alb, loadBalancer: "app/bench/1")
            case "--target":
                guard let colon = value.lastIndex(of: ":"),
                    let port = UInt16(value[value.index(after: colon)...])
                else { return nil }
                targets.append((String(value[..<colon]), port))
            default:
                return nil
            }
        }
        guard !targets.isEmpty else { return nil }
    }

    /// Every one has a target more than the last, or less: one that comes, leaves and drains.
    func configuration(generation: Int) -> LoadBalancerConfiguration {
        var group = TargetGroup(name: "bench")
        group.healthCheck.intervalMilliseconds = 1000
        group.healthCheck.matcher = "200-499"
        group.targets = targets.enumerated().map { index, target in
            Target(id: Identifier("target-\(index)"), address: target.host, port: target.port)
        }
        if generation.isMultiple(of: 2), let first = targets.first {
            group.targets.append(
                Target(
                    id: Identifier("passing-\(generation)"), address: first.host,
                    port: first.port))
        }
        let listener = Listener(
            name: "bench", loadBalancer: "bench", address: "127.0.0.1", port: listen,
            defaultAction: .forward([WeightedTargetGroup(targetGroup: "bench", weight: 1000)]))
        return LoadBalancerConfiguration(
            loadBalancer: "bench", generation: UInt64(generation), listeners: [listener],
            targetGroups: [group])
    }
}

guard let flags = Flags(Array(CommandLine.arguments.dropFirst())) else {
    print(
        "usage: proxy-bench --listen PORT [--workers N] [--changes N] [--access-log FILE]"
            + " --target HOST:PORT ...")
    exit(2)
}
// Not at top level: an asynchronous main ends the first thread, which callgrind does not survive.
_Concurrency.Task.detached {
    do {
        let plane = try DataPlane(workers: flags.workers, accessLog: flags.accessLog)
        try await plane.apply(flags.configuration(generation: 1))
        print("listening on 127.0.0.1:\(flags.listen)")
        fflush(nil)
        for change in 0..<flags.changes {
            try await plane.apply(flags.configuration(generation: change + 2))
        }
        print("changed \(flags.changes)")
        fflush(nil)
        for await _ in plane.changes {}
    } catch {
        print("proxy-bench: \(error)")
        exit(1)
    }
}
while true { pause() }
