package import Model

/// One call of a hook that is due.
package struct HookCall: Hashable, Sendable {
    /// What an answer must name.
    package struct ID: Hashable, Sendable {
        package let path: ServicePath
        package let deployment: ServiceDeploymentID
        package let execution: String
        package let attempt: Int

        /// An answer to this very call.
        package func answer(_ status: LifecycleHookStatus, reason: String? = nil) -> HookAnswer {
            var answer = HookAnswer(
                deployment: deployment, service: path.service, cluster: path.cluster,
                execution: execution, attempt: attempt, status: status)
            answer.reason = reason
            return answer
        }
    }

    package let id: ID
    package let target: LifecycleHookTarget
    package let event: HookEvent
    package let expiresAt: Instant
}

/// What a hook is handed: ECS's JSON. Weights are in percent, by the ARNs of service revisions.
package struct HookEvent: Hashable, Sendable, Encodable {
    package struct Details: Hashable, Sendable, Encodable {
        package let testTrafficWeights: [String: Double]
        package let productionTrafficWeights: [String: Double]
        package let serviceArn: String
        package let targetServiceRevisionArn: String
    }

    package let executionDetails: Details
    /// The same with every call at one point of a deployment, also after a crash.
    package let executionId: String
    package let lifecycleStage: LifecycleHookStage
    /// The service deployment's ARN.
    package let resourceArn: String
    package let hookDetails: JSON?
}
