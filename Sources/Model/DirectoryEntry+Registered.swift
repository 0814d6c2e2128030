extension DirectoryEntry {
    /// What is answered for a service that was registered by hand, together with what the ECS
    /// service of the same name publishes: one has the records' settings, both have instances.
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
        records = service.dnsRecords.isEmpty ? nil : service.dnsRecords
    }
}
