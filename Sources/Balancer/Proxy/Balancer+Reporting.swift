internal import Logging
internal import Model
internal import Routing
internal import Store

/// Reports go out.
extension Balancer {
    package static let leaseMilliseconds: Int64 = 10_000
    private static let beatMilliseconds = 2000
    /// The beat while two revisions of a service are compared by their outcomes.
    private static let watchfulBeatMilliseconds = 500
    /// Changes closer together than this share a report.
    private static let coalescingMilliseconds = 10
    private static let retryMilliseconds = 500

    /// Reports whatever changes, until the data plane has ended.
    func report() async {
        for await _ in nudges {
            do {
                try await reportOnce()
            } catch StoreError.leaseExpired {
                lease = nil
                lastReport = nil
                isFenced = true
                nudged.yield()
            } catch StoreError.conflict {
                // A newer generation came in between; with that one it may try again.
                nudged.yield()
            } catch {
                logger.warning("The store cannot be reported to: \(error)")
                try? await _Concurrency.Task.sleep(for: .milliseconds(Balancer.retryMilliseconds))
                nudged.yield()
            }
            try? await _Concurrency.Task.sleep(for: .milliseconds(Balancer.coalescingMilliseconds))
            if _Concurrency.Task.isCancelled { return }
        }
    }

    /// The slow beat beneath: the lease is renewed, and requests in flight and outcomes are told.
    func beat() async {
        while !_Concurrency.Task.isCancelled {
            nudged.yield()
            let milliseconds =
                await plane.compared.isEmpty
                ? Balancer.beatMilliseconds : Balancer.watchfulBeatMilliseconds
            try? await _Concurrency.Task.sleep(for: .milliseconds(milliseconds))
        }
    }

    private func reportOnce() async throws {
        try await register()
        let lease = try await liveLease()
        var report = await makeReport()
        let current = isFenced ? try await currentGeneration(for: report) : nil
        if current != nil { report.fenced = false }
        guard report != lastReport else { return }
        let key = Key.liveBalancer(options.id, of: options.loadBalancer)
        try await store.commit(
            Transaction(
                [try .put(key, report, lease: lease)], if: current.map { [$0] } ?? []))
        lastReport = report
        isFenced = report.fenced
    }

    /// What must still hold when a fenced balancer says that it counts again: the generation that
    /// it runs is the current one. `nil` while it is not, while the balancer is still busy with
    /// targets that left, or does not know yet who is healthy.
    private func currentGeneration(for report: BalancerReport) async throws -> Precondition? {
        guard let applied, plane.isWarm,
            report.inFlight.keys.allSatisfy({ report.health[$0]?.state != .draining })
        else { return nil }
        let key = Key.generation(options.loadBalancer)
        guard let record = try await store.read([key]).records.last,
            try record.decode(Generation.self) == applied
        else { return nil }
        return .unchanged(key, version: record.version)
    }

    private func makeReport() async -> BalancerReport {
        // The generation is read before the counts: what is in flight under it is never missed.
        var report = BalancerReport(
            id: options.id, loadBalancer: options.loadBalancer, incarnation: incarnation,
            appliedGeneration: applied?.number ?? 0, fenced: isFenced, refusal: refusal)
        report.inFlight = await plane.inFlight()
        report.outcomes = await plane.outcomes()
        report.health = plane.health
        for target in report.inFlight.keys where report.health[target] == nil {
            report.health[target] = HealthRecord.drainingHealth
        }
        return report
    }

    private func liveLease() async throws -> LeaseID {
        let now = ContinuousClock.now
        guard let lease else {
            let granted = try await store.grantLease(milliseconds: Balancer.leaseMilliseconds)
            lease = granted
            leaseRenewedAt = now
            return granted
        }
        if now - leaseRenewedAt >= .milliseconds(Balancer.beatMilliseconds - 100) {
            try await store.renew(lease)
            leaseRenewedAt = now
        }
        return lease
    }

    /// The durable entry that barriers wait for; written once, and when the address changed.
    private func register() async throws {
        guard !isRegistered else { return }
        let key = Key.balancer(options.id, of: options.loadBalancer)
        let registration = BalancerRegistration(
            id: options.id, loadBalancer: options.loadBalancer, address: options.address)
        let found: Versioned<BalancerRegistration>? = try await store.value(at: key)
        if found?.value != registration {
            try await store.commit(Transaction([try .put(key, registration)]))
        }
        isRegistered = true
    }
}
