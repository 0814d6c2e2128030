import Model

struct ServiceDeploymentAnswer: Encodable {
    let serviceDeploymentArn: String
    let serviceArn: String
    let clusterArn: String
    let createdAt: Double
    let startedAt: Double?
    let finishedAt: Double?
    let stoppedAt: Double?
    let updatedAt: Double
    let sourceServiceRevisions: [RevisionSummary]
    let targetServiceRevision: RevisionSummary
    let status: ServiceDeploymentStatus
    let statusReason: String?
    let lifecycleStage: LifecycleStage?
    let lifecycleHookDetails: [LifecycleHookDetailAnswer]?
    let deploymentConfiguration: Echoing<DeploymentConfigurationAnswer>
    let rollback: Rollback?
    let deploymentCircuitBreaker: CircuitBreaker
    let alarms: Alarms?

    struct Rollback: Encodable {
        let reason: String?
        let startedAt: Double?
        let serviceRevisionArn: String?
    }

    struct CircuitBreaker: Encodable {
        let status: MonitorStatus
        let failureCount: Int
        let threshold: Int
    }

    struct Alarms: Encodable {
        let status: MonitorStatus
        let alarmNames: [AlarmName]
        let triggeredAlarmNames: [AlarmName]
    }

    enum MonitorStatus: String, Encodable {
        case triggered = "TRIGGERED"
        case monitoring = "MONITORING"
        case complete = "MONITORING_COMPLETE"
        case disabled = "DISABLED"
    }

    init(_ deployment: ServiceDeployment, of service: Service, in book: ServiceBook) {
        let realm = book.realm
        let green = Double(deployment.productionWeight) / 10
        let greenTest = Double(deployment.testWeight) / 10
        serviceDeploymentArn = deployment.arn
        serviceArn = realm.service(service.name, in: service.cluster)
        clusterArn = realm.cluster(service.cluster)
        createdAt = deployment.createdAt.seconds
        startedAt = deployment.startedAt?.seconds
        finishedAt = deployment.finishedAt?.seconds
        stoppedAt = deployment.stoppedAt?.seconds
        updatedAt = deployment.updatedAt.seconds
        var target = book.summary(of: deployment.target, of: service)
        target.requestedProductionTrafficWeight = green
        target.requestedTestTrafficWeight = greenTest
        targetServiceRevision = target
        sourceServiceRevisions =
            deployment.source.map { revision in
                var source = book.summary(of: revision, of: service)
                source.requestedProductionTrafficWeight = 100 - green
                source.requestedTestTrafficWeight = 100 - greenTest
                return [source]
            } ?? []
        status = deployment.status
        statusReason = deployment.statusReason
        lifecycleStage = deployment.stage
        lifecycleHookDetails = deployment.hooks?.compactMap {
            LifecycleHookDetailAnswer($0, in: deployment.configuration)
        }
        deploymentConfiguration = DeploymentConfigurationAnswer.answer(deployment.configuration)
        rollback = ServiceDeploymentAnswer.rollback(of: deployment, in: realm)
        deploymentCircuitBreaker = ServiceDeploymentAnswer.circuitBreaker(
            of: deployment, desiredCount: service.desiredCount)
        alarms = ServiceDeploymentAnswer.alarms(of: deployment)
    }

    private static func alarms(of deployment: ServiceDeployment) -> Alarms? {
        guard let alarms = deployment.configuration.alarms else { return nil }
        let triggered = deployment.alarms?.triggered ?? []
        let status: MonitorStatus =
            if !alarms.enable {
                .disabled
            } else if !triggered.isEmpty {
                .triggered
            } else {
                deployment.status.isTerminal ? .complete : .monitoring
            }
        return Alarms(
            status: status, alarmNames: alarms.alarmNames, triggeredAlarmNames: triggered)
    }

    private static func rollback(
        of deployment: ServiceDeployment, in realm: Realm
    ) -> Rollback? {
        guard deployment.rollbackStartedAt != nil || deployment.want?.kind == .rollback else {
            return nil
        }
        return Rollback(
            reason: deployment.want?.reason ?? deployment.statusReason,
            startedAt: deployment.rollbackStartedAt?.seconds,
            serviceRevisionArn: deployment.source.map {
                realm.serviceRevision($0, of: deployment.service, in: deployment.cluster)
            })
    }

    private static func circuitBreaker(
        of deployment: ServiceDeployment, desiredCount: Int
    ) -> CircuitBreaker {
        let breaker = deployment.configuration.circuitBreaker
        let threshold = breaker.threshold(desiredCount: desiredCount)
        let status: MonitorStatus =
            if !breaker.enable {
                .disabled
            } else if deployment.failedTasks >= threshold {
                .triggered
            } else {
                deployment.status.isTerminal ? .complete : .monitoring
            }
        return CircuitBreaker(
            status: status, failureCount: deployment.failedTasks, threshold: threshold)
    }
}

/// A line of ListServiceDeployments.
struct ServiceDeploymentBrief: Encodable {
    let serviceDeploymentArn: String
    let serviceArn: String
    let clusterArn: String
    let createdAt: Double
    let startedAt: Double?
    let finishedAt: Double?
    let targetServiceRevisionArn: String
    let status: ServiceDeploymentStatus
    let statusReason: String?

    init(_ deployment: ServiceDeployment, in realm: Realm) {
        serviceDeploymentArn = deployment.arn
        serviceArn = realm.service(deployment.service, in: deployment.cluster)
        clusterArn = realm.cluster(deployment.cluster)
        createdAt = deployment.createdAt.seconds
        startedAt = deployment.startedAt?.seconds
        finishedAt = deployment.finishedAt?.seconds
        targetServiceRevisionArn = realm.serviceRevision(
            deployment.target, of: deployment.service, in: deployment.cluster)
        status = deployment.status
        statusReason = deployment.statusReason
    }
}
