import Model
import Routing

/// Everybody who sends requests: through balancers, or to the addresses that a name has.
final class Crowd {
    private let environment: Environment
    private let fleet: Fleet
    private(set) var tally = Tally()
    private var lastNumber = 0

    struct Tally {
        var answered = 0
        var refused = 0
        var broken = 0
        var cut = 0
        var direct = 0
    }

    init(_ fleet: Fleet, in environment: Environment) {
        self.fleet = fleet
        self.environment = environment
    }

    func begin() {
        ask()
        resolve()
    }
}

// MARK: - Through balancers

extension Crowd {
    private func ask() {
        environment.after(environment.pick(40...400)) { [self] in
            ask()
            send()
        }
    }

    private func send() {
        let ready = fleet.readyBalancers
        // Nobody is ready: then whoever runs is asked all the same.
        let choice = ready.isEmpty ? fleet.balancers.filter(\.isRunning) : ready
        guard let balancer = environment.pick(from: choice) else { return }
        let isTest = environment.scenario.hasTestListener && environment.happens(percent: 10)
        let isLong = environment.happens(percent: 10)
        lastNumber += 1
        let request = Request(
            number: lastNumber,
            listener: isTest ? Scenario.testListener : Scenario.productionListener,
            milliseconds: isLong ? environment.pick(1000...15_000) : environment.pick(5...400),
            wasReady: !balancer.isFenced)
        balancer.serve(request) { [self] end in ended(request, end, by: balancer) }
    }

    private func ended(_ request: Request, _ end: Request.End, by balancer: Balancer) {
        switch end {
        case .flown(.answered): tally.answered += 1
        case .flown(.cut): tally.cut += 1
        case .flown(.targetGone), .flown(.balancerGone): tally.broken += 1
        case .refused(let failure):
            tally.refused += 1
            environment.auditor?.refused(request, failure, by: balancer)
        }
    }
}

// MARK: - By name

extension Crowd {
    private func resolve() {
        environment.after(environment.pick(100...2000)) { [self] in
            resolve()
            let isWorkers = environment.scenario.hasWorker && environment.happens(percent: 50)
            let current = fleet.nameservers.filter(\.isCurrent)
            guard let server = environment.pick(from: current) else { return }
            let answer = server.instances(of: isWorkers ? Scenario.worker : Scenario.web)
            guard let instance = environment.pick(from: answer) else { return }
            remember(instance)
        }
    }

    /// Uses an address at the very end of its time to live.
    private func remember(_ instance: DirectoryInstance) {
        let ttl = Int64(environment.scenario.recordTTLSeconds) * 1000
        environment.after(environment.pick(0...(ttl - 1))) { [self] in
            tally.direct += 1
            environment.auditor?.contacted(instance)
        }
    }
}
