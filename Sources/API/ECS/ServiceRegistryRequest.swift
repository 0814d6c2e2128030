import Model

/// An element of `serviceRegistries` as clients write it.
struct ServiceRegistryRequest: Decodable {
    let registryArn: String?
    let port: Int?
    let containerName: String?
    let containerPort: Int?
}

extension ServiceRegistryRequest {
    /// As a configuration file says it.
    init(_ description: ServiceRegistryDescription) {
        registryArn = description.registryArn
        port = description.port
        containerName = description.containerName
        containerPort = description.containerPort
    }
}

/// The same as ECS describes it.
struct ServiceRegistryAnswer: Encodable {
    let registryArn: String
    let port: Int?
    let containerName: String?
    let containerPort: Int?

    init(_ registry: ServiceRegistry) {
        registryArn = registry.registryArn
        port = registry.port
        containerName = registry.containerName
        containerPort = registry.containerPort
    }
}
