extension DirectoryEntry {
    /// What is answered for a service that was registered by hand, together with what the ECS
    /// services of the same name publish: one has the records' settings, both have instances. No
    /// record lives longer than what was published allows: a task that stops waits no longer.
    package init(
        _ service: DiscoveryService, _ instances: some Sequence<DiscoveryInstance>,
        beside published: DirectoryEntry?
    ) {
        let registered = instances.map { DirectoryInstance($0, of: service) }
        self.init(
            service: service.name, namespace: service.namespace,
            ttlSeconds: published?.ttlSeconds ?? service.dnsRecords.first?.ttlSeconds ?? 60,
            instances: (registered + (published?.instances ?? [])).sorted { $0.id < $1.id })
        others = published?.others
        routingPolicy = service.routingPolicy
        let ttlSecondsMax = published?.ttlSeconds ?? .max
        let bounded = service.dnsRecords.map {
            DirectoryRecord(type: $0.type, ttlSeconds: min($0.ttlSeconds, ttlSecondsMax))
        }
        records = bounded.isEmpty ? nil : bounded
    }
}
