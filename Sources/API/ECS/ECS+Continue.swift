import Model
import Store

struct ContinueServiceDeploymentRequest: Decodable {
    let serviceDeploymentArn: String
    let hookId: String
    /// `CONTINUE` when absent.
    let action: String?
}

extension ECS {
    /// Ends a pause. The control loop takes the decision in with its next step.
    static func continueServiceDeployment(
        _ request: ContinueServiceDeploymentRequest, _ call: Call
    ) async throws -> [String: String] {
        let action: LifecycleHookAction =
            try choice(request.action, "action") ?? .continue
        guard let reference = Reference.deployment(request.serviceDeploymentArn) else {
            throw Fault.invalidParameter(
                "\(request.serviceDeploymentArn) is not the ARN of a service deployment",
                field: "serviceDeploymentArn")
        }
        let key = Key.deployment(reference.id, of: reference.service, in: reference.cluster)
        guard var record = try await call.store.value(at: key, as: ServiceDeployment.self) else {
            throw Fault.serviceDeploymentNotFound
        }
        let hooks = record.value.hooks ?? []
        guard let index = hooks.firstIndex(where: { $0.id == request.hookId }),
            record.value.status == .inProgress, hooks[index].status == .awaitingAction
        else {
            let waiting = hooks.filter { $0.status == .awaitingAction }.map(\.id)
            let remedy =
                waiting.isEmpty
                ? "the service deployment is not paused"
                : "it is paused at \(waiting.joined(separator: ", "))"
            throw Fault.invalidParameter(
                "hookId \(request.hookId) awaits no action: \(remedy)", field: "hookId")
        }
        // Who was first has decided.
        if hooks[index].decision == nil {
            record.value.hooks?[index].decision = action
            record.value.hooks?[index].reason = call.caller
            record.value.updatedAt = call.now
            try await call.store.commit(
                Transaction(
                    [try .put(key, record.value)],
                    if: [.unchanged(key, version: record.version)]))
        }
        return ["serviceDeploymentArn": record.value.arn]
    }
}
