import Model
import Store

struct ListServiceDeploymentsRequest: Decodable {
    let cluster: String?
    let service: String
    let status: [String]?
    let createdAt: Period?
    let maxResults: Int?
    let nextToken: String?

    /// In seconds since the epoch; both ends count.
    struct Period: Decodable {
        let before: Double?
        let after: Double?

        func contains(_ instant: Instant) -> Bool {
            instant.seconds >= after ?? -.infinity && instant.seconds <= before ?? .infinity
        }
    }
}

struct DescribeServiceDeploymentsRequest: Decodable {
    static let arnsMax = 20

    let serviceDeploymentArns: [String]
}

struct DescribeServiceRevisionsRequest: Decodable {
    static let arnsMax = 20

    let serviceRevisionArns: [String]
}

struct StopServiceDeploymentRequest: Decodable {
    let serviceDeploymentArn: String
    let stopType: String?
}

extension ECS {
    static func listServiceDeployments(
        _ request: ListServiceDeploymentsRequest, _ call: Call
    ) async throws -> Answer<ServiceDeploymentBrief> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        let statuses = try request.status?.map { (text) throws(Fault) in
            guard let status = ServiceDeploymentStatus(rawValue: text) else {
                throw Fault.invalidParameter("status \(text) is unknown", field: "status")
            }
            return status
        }
        let cluster = try await call.activeCluster(request.cluster)
        let name = Reference.service(request.service)
        let book = try await ServiceBook(reading: [name], in: cluster, call)
        guard let service = try book.service(name) else { throw Fault.serviceNotFound }
        let deployments = try book.deployments(of: service).filter { deployment in
            statuses?.contains(deployment.status) ?? true
                && request.createdAt?.contains(deployment.createdAt) ?? true
        }
        return page.answer(
            "serviceDeployments", of: deployments, descending: true,
            by: { PageRequest.padded($0.sequence) },
            showing: { ServiceDeploymentBrief($0, in: call.realm) })
    }

    static func describeServiceDeployments(
        _ request: DescribeServiceDeploymentsRequest, _ call: Call
    ) async throws -> Answer<ServiceDeploymentAnswer> {
        let arns = request.serviceDeploymentArns
        try check(
            arns, "serviceDeploymentArns", max: DescribeServiceDeploymentsRequest.arnsMax)
        var found: [ServiceDeploymentAnswer] = []
        var failures: [Failure] = []
        for arn in arns {
            guard let reference = Reference.deployment(arn) else {
                throw Fault.invalidParameter(
                    "\(arn) is not the ARN of a service deployment",
                    field: "serviceDeploymentArns")
            }
            let book = try await ServiceBook(
                reading: [reference.service], in: reference.cluster, call)
            guard let service = try book.service(reference.service),
                let deployment = try book.deployments(of: service).first(where: {
                    $0.id == reference.id
                })
            else {
                failures.append(.missing(arn))
                continue
            }
            found.append(ServiceDeploymentAnswer(deployment, of: service, in: book))
        }
        return Answer("serviceDeployments", found, failures: failures)
    }

    static func describeServiceRevisions(
        _ request: DescribeServiceRevisionsRequest, _ call: Call
    ) async throws -> Answer<ServiceRevisionAnswer> {
        let arns = request.serviceRevisionArns
        try check(arns, "serviceRevisionArns", max: DescribeServiceRevisionsRequest.arnsMax)
        var found: [ServiceRevisionAnswer] = []
        var failures: [Failure] = []
        for arn in arns {
            guard let reference = Reference.revision(arn) else {
                throw Fault.invalidParameter(
                    "\(arn) is not the ARN of a service revision", field: "serviceRevisionArns")
            }
            let book = try await ServiceBook(
                reading: [reference.service], in: reference.cluster, call)
            guard let service = try book.service(reference.service),
                let revision = try book.revision(reference.id, of: reference.service)
            else {
                failures.append(.missing(arn))
                continue
            }
            found.append(
                ServiceRevisionAnswer(revision, launchType: service.launchType, in: call.realm))
        }
        return Answer("serviceRevisions", found, failures: failures)
    }

    static func stopServiceDeployment(
        _ request: StopServiceDeploymentRequest, _ call: Call
    ) async throws -> [String: String] {
        guard request.stopType ?? "ROLLBACK" == "ROLLBACK" else {
            throw Fault.invalidParameter("stopType must be ROLLBACK", field: "stopType")
        }
        guard let reference = Reference.deployment(request.serviceDeploymentArn) else {
            throw Fault.invalidParameter(
                "\(request.serviceDeploymentArn) is not the ARN of a service deployment",
                field: "serviceDeploymentArn")
        }
        let key = Key.deployment(reference.id, of: reference.service, in: reference.cluster)
        guard let record = try await call.store.value(at: key, as: ServiceDeployment.self) else {
            throw Fault.serviceDeploymentNotFound
        }
        if let stopped = try record.value.stopped(by: call) {
            try await call.store.commit(
                Transaction(
                    [try .put(key, stopped)], if: [.unchanged(key, version: record.version)]))
        }
        return ["serviceDeploymentArn": record.value.arn]
    }
}

extension ServiceDeployment {
    /// This deployment asked to roll back; `nil` when it is on its way out already.
    ///
    /// Throws ConflictException past the point of no return.
    fileprivate func stopped(by call: Call) throws(Fault) -> ServiceDeployment? {
        guard !status.isTerminal else {
            throw .conflict("The service deployment has ended already: it is \(status.rawValue).")
        }
        switch status {
        case .stopRequested, .rollbackRequested, .rollbackInProgress: return nil
        case .pending, .inProgress, .successful, .stopped, .rollbackSuccessful, .rollbackFailed:
            break
        }
        guard !stopIntentBlue else {
            throw .conflict(
                "The service deployment is cleaning up: its old revision is being stopped.")
        }
        guard want == nil else { return nil }
        var stopped = self
        stopped.status = .rollbackRequested
        stopped.want = DeploymentWant(
            kind: .rollback, reason: "Rolled back on request.", by: call.caller, at: call.now)
        stopped.updatedAt = call.now
        return stopped
    }
}
