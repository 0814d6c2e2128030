import Glibc
import Model
import Proxy

// A balancer without a store, for measuring:
// proxy-bench --listen PORT [--workers N] --target HOST:PORT [--target HOST:PORT ...]

struct Flags {
    var listen: UInt16 = 8080
    var workers = 1
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

    var configuration: LoadBalancerConfiguration {
        var group = TargetGroup(name: "bench")
        group.healthCheck.intervalMilliseconds = 1000
        group.healthCheck.matcher = "200-499"
        group.targets = targets.enumerated().map { index, target in
            Target(id: Identifier("target-\(index)"), address: target.host, port: target.port)
        }
        let listener = Listener(
            name: "bench", loadBalancer: "bench", address: "127.0.0.1", port: listen,
            defaultAction: .forward([WeightedTargetGroup(targetGroup: "bench", weight: 1000)]))
        return LoadBalancerConfiguration(
            loadBalancer: "bench", generation: 1, listeners: [listener], targetGroups: [group])
    }
}

guard let flags = Flags(Array(CommandLine.arguments.dropFirst())) else {
    print("usage: proxy-bench --listen PORT [--workers N] --target HOST:PORT ...")
    exit(2)
}
let configuration = flags.configuration
let workers = flags.workers
// Not at top level: an asynchronous main ends the first thread, which callgrind does not survive.
_Concurrency.Task.detached {
    do {
        let plane = try DataPlane(workers: workers)
        try await plane.apply(configuration)
        print("listening on 127.0.0.1:\(configuration.listeners[0].port)")
        for await _ in plane.changes {}
    } catch {
        print("proxy-bench: \(error)")
        exit(1)
    }
}
while true { pause() }
