import Model
import Testing

@testable import API

/// Which deployments DescribeServices lists, and as what: the waiter `services-stable` counts them.
@Suite struct ServiceDeploymentsTests {
    private func shown(
        _ statuses: [ServiceDeploymentStatus], production: Int? = nil,
        service status: ServiceStatus = .active
    ) -> [String] {
        var service = Service(
            name: "web", cluster: "default", taskDefinition: "web:1", desiredCount: 1,
            deploymentConfiguration: DeploymentConfiguration(), createdAt: .zero)
        service.status = status
        service.productionRevision = production.map { ServiceRevisionID("\($0)") }
        let deployments = statuses.enumerated().map { index, status in
            var deployment = ServiceDeployment(
                id: ServiceDeploymentID("d\(index)"), arn: "", service: "web", cluster: "default",
                sequence: index, target: ServiceRevisionID("\(index)"),
                configuration: service.deploymentConfiguration, createdAt: .zero)
            deployment.status = status
            return deployment
        }
        return ServiceDeployments(of: service, newestFirst: deployments.reversed()).shown.map {
            "\($0.status.rawValue) \($0.revision) \($0.deployment.status.rawValue)"
        }
    }

    @Test func aNewServiceHasOne() {
        #expect(shown([.pending]) == ["PRIMARY 0 PENDING"])
    }

    @Test func greenIsPrimaryBesideBlue() {
        #expect(
            shown([.successful, .inProgress], production: 0)
                == ["PRIMARY 1 IN_PROGRESS", "ACTIVE 0 SUCCESSFUL"])
    }

    @Test func whatHasToGiveWayIsStillListed() {
        #expect(
            shown([.successful, .stopRequested, .pending], production: 0)
                == ["PRIMARY 2 PENDING", "ACTIVE 1 STOP_REQUESTED", "ACTIVE 0 SUCCESSFUL"])
    }

    @Test func productionIsPrimaryWhenNothingIsOpen() {
        #expect(shown([.successful, .successful], production: 1) == ["PRIMARY 1 SUCCESSFUL"])
        #expect(
            shown([.successful, .rollbackSuccessful], production: 0) == ["PRIMARY 0 SUCCESSFUL"])
    }

    @Test func aFailedFirstDeploymentIsShownAsSuch() {
        #expect(shown([.rollbackFailed]) == ["PRIMARY 0 ROLLBACK_FAILED"])
        #expect(shown([.rollbackFailed], production: 0) == ["PRIMARY 0 ROLLBACK_FAILED"])
    }

    @Test func anInactiveServiceHasNone() {
        #expect(shown([.successful], production: 0, service: .inactive) == [])
    }
}
