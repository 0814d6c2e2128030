import Model
import Routing

/// Probing targets, and handing requests to them.
extension Balancer {
    func probe(_ target: Target) {
        after(environment.pick(1...20)) { [self] in
            guard var record = health[target.id],
                let group = table?.targetGroups.first(where: {
                    $0.source.targets.contains { $0.id == target.id }
                })
            else { return }
            let check = group.source.healthCheck
            let outcome = fleet.probe(target)
            let news = record.absorb(outcome, check, at: Instant(milliseconds: environment.now))
            health[target.id] = record
            if news != nil {
                note("finds \(target.id) \(record.state.rawValue)")
                refill()
                report()
            }
            after(Int64(record.pause(check))) { [self] in
                if health[target.id] != nil { probe(target) }
            }
        }
    }

    /// Takes a target out: what it has begun may end, until its time is over.
    func leave(_ target: Target) {
        health[target.id] = nil
        flights[target.id]?.removeAll(where: \.isOver)
        guard let left = flights[target.id], !left.isEmpty else {
            flights[target.id] = nil
            return
        }
        let delay = environment.scenario.deregistrationDelaySeconds
        let end = Draining(since: environment.now, delaySeconds: delay)
        draining[target.id] = end
        after(end.deadline - environment.now) { [self] in
            guard draining[target.id] == end else { return }
            for flight in flights[target.id] ?? [] { flight.abandon(.cut) }
        }
    }

    func refill() {
        for group in table?.targetGroups ?? [] {
            let states = group.source.targets.map { health[$0.id]?.state == .healthy }
            rotations[group.source.name, default: Rotation()].refill(healthy: states)
        }
    }

    /// Serves a request that takes `milliseconds`; calls `onEnd` once, with how it ended.
    func serve(_ request: Request, onEnd: @escaping (Request.End) -> Void) {
        guard let group = group(for: request.listener) else { return onEnd(.refused(.noTargets)) }
        var attempt = Attempt(isReplayable: true)
        var last = -1
        while true {
            guard let index = rotations[group.name]?.next(avoiding: last),
                index < group.targets.count
            else { return onEnd(.refused(.noTargets)) }
            last = index
            let target = group.targets[index]
            environment.auditor?.routed(request, to: target, by: self)
            if let process = fleet.process(of: target), fly(request, target, process, onEnd) {
                return
            }
            switch attempt.verdict(on: .connectRefused) {
            case .retry: attempt.tries += 1
            case .answer, .cut: return onEnd(.refused(.connectRefused))
            }
        }
    }

    private func group(for listener: ListenerName) -> TargetGroup? {
        guard let table,
            let action = table.listeners.first(where: { $0.name == listener })?.actions.first,
            case .forward(let plan) = action,
            let index = plan.pick(environment.generator.next())
        else { return nil }
        return table.targetGroups[index].source
    }

    private func fly(
        _ request: Request, _ target: Target, _ process: TaskProcess,
        _ onEnd: @escaping (Request.End) -> Void
    ) -> Bool {
        let flight = Flight(request.number, to: target.id, in: process) { [self] flight, end in
            landed(flight)
            onEnd(.flown(end))
        }
        guard process.accept(flight) else { return false }
        flights[target.id, default: []].append(flight)
        environment.after(request.milliseconds) { flight.answer() }
        return true
    }

    private func landed(_ flight: Flight) {
        flights[flight.target]?.removeAll(where: \.isOver)
        guard flights[flight.target]?.isEmpty == true else { return }
        flights[flight.target] = nil
        if draining.removeValue(forKey: flight.target) != nil, isRunning { report() }
    }
}
