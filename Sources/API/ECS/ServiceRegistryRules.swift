import Model

/// What an element of `serviceRegistries` must satisfy, given the services of Cloud Map.
struct ServiceRegistryRules {
    /// As many as ECS has.
    static let registriesMax = 1

    let discoveryServices: [DiscoveryService]
    let realm: Realm

    /// The registries that `requests` mean, by full ARN.
    func resolved(_ requests: [ServiceRegistryRequest]) throws(FieldError) -> [ServiceRegistry] {
        guard requests.count <= Self.registriesMax else {
            throw FieldError(
                "serviceRegistries", "must have \(Self.registriesMax) element at most")
        }
        var registries: [ServiceRegistry] = []
        for (index, request) in requests.enumerated() {
            registries.append(try resolved(request, "serviceRegistries[\(index)]"))
        }
        return registries
    }

    private func resolved(
        _ request: ServiceRegistryRequest, _ field: String
    ) throws(FieldError) -> ServiceRegistry {
        guard let reference = request.registryArn else {
            throw FieldError("\(field).registryArn", "is missing")
        }
        let id = Reference.lastPart(of: reference)
        guard let service = discoveryServices.first(where: { $0.id.text == id }) else {
            throw FieldError(
                "\(field).registryArn", "is wrong: Cloud Map has no service \(reference)")
        }
        guard service.dnsRecords.contains(where: { ["A", "AAAA", "SRV"].contains($0.type) }) else {
            throw FieldError(
                "\(field).registryArn",
                "is wrong: \(service.name) has no A, AAAA or SRV records to name tasks by")
        }
        guard service.healthCheck == nil else {
            throw FieldError(
                "\(field).registryArn",
                "is wrong: \(service.name) has HealthCheckConfig, and the health of tasks is "
                    + "known already; use one with HealthCheckCustomConfig")
        }
        var registry = ServiceRegistry(
            registryArn: realm.serviceDiscovery("service/\(id)"), name: service.name,
            namespace: service.namespace)
        registry.port = request.port
        registry.containerName = request.containerName
        registry.containerPort = request.containerPort
        return registry
    }
}

extension ServiceRules {
    /// Whether the ports that `registries` mean are there.
    func check(_ registries: [ServiceRegistry]) throws(FieldError) {
        for (index, registry) in registries.enumerated() {
            let field = "serviceRegistries[\(index)]"
            if let port = registry.port {
                guard (1...65_535).contains(port) else {
                    throw FieldError("\(field).port", "must be 1 to 65535")
                }
                guard registry.containerPort == nil, registry.containerName == nil else {
                    throw FieldError(
                        "\(field).port", "cannot stand beside containerName and containerPort")
                }
            }
            switch (registry.containerName, registry.containerPort) {
            case (nil, nil): break
            case (let name?, let port?): try checkContainer(name, port, field)
            case (nil, _?):
                throw FieldError("\(field).containerName", "is missing; containerPort needs it")
            case (_?, nil):
                throw FieldError("\(field).containerPort", "is missing; containerName needs it")
            }
        }
    }
}
