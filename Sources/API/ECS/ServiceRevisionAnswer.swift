import Model

struct ServiceRevisionAnswer: Encodable {
    let serviceRevisionArn: String
    let serviceArn: String
    let clusterArn: String
    let taskDefinition: String
    let launchType: String
    let loadBalancers: [ServiceLoadBalancer]
    let containerImages: [ContainerImage]
    let createdAt: Double

    struct ContainerImage: Encodable {
        let containerName: String
        let image: String
    }

    init(_ revision: ServiceRevision, launchType: String, in realm: Realm) {
        serviceRevisionArn = revision.arn
        serviceArn = realm.service(revision.service, in: revision.cluster)
        clusterArn = realm.cluster(revision.cluster)
        taskDefinition = revision.taskDefinition.taskDefinitionArn
        self.launchType = launchType
        loadBalancers = revision.loadBalancers
        containerImages = revision.taskDefinition.containerDefinitions.map {
            ContainerImage(containerName: $0.name, image: $0.image)
        }
        createdAt = revision.createdAt.seconds
    }
}
