import Model
import Store

struct DescribeHistoryRequest: Decodable {
    /// The ARN, or the id at its end.
    let serviceDeploymentArn: String
}

struct HistoryAnswer: Encodable {
    let serviceDeploymentArn: String
    let entries: [Entry]
    let analysis: DeploymentAnalysisAnswer?

    struct Entry: Encodable {
        let at: Double
        let stage: LifecycleStage?
        let status: ServiceDeploymentStatus
        let message: String

        init(_ entry: HistoryEntry) {
            at = entry.at.seconds
            stage = entry.stage
            status = entry.status
            message = entry.message
        }
    }
}

extension TealService {
    /// The recorded steps of a deployment, in their order.
    static func describeHistory(
        _ request: DescribeHistoryRequest, _ call: Call
    ) async throws -> HistoryAnswer {
        let id = ServiceDeploymentID(Reference.lastPart(of: request.serviceDeploymentArn))
        let snapshot = try await call.store.read([Key.deployments, Key.history(id)])
        let deployments = try snapshot.values(in: Key.deployments, as: ServiceDeployment.self)
        guard let deployment = deployments.first(where: { $0.value.id == id })?.value else {
            throw Fault.serviceDeploymentNotFound
        }
        let entries = try snapshot.values(in: Key.history(id), as: HistoryEntry.self)
        return HistoryAnswer(
            serviceDeploymentArn: deployment.arn,
            entries: entries.map { HistoryAnswer.Entry($0.value) },
            analysis: deployment.analysis.map(DeploymentAnalysisAnswer.init))
    }
}
