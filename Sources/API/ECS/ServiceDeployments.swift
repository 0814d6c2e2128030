import Model

/// Which revisions a service's `deployments` list, in ECS's older words.
///
/// The newest open deployment is PRIMARY; the revision in production, and any older deployment that
/// still has to give way, are ACTIVE beside it. With none open there is one PRIMARY: production, or
/// the newest deployment when none has ever succeeded. The waiter `services-stable` waits for one.
struct ServiceDeployments {
    struct Shown {
        let status: DeploymentAnswer.Status
        let revision: ServiceRevisionID
        /// The deployment that speaks for the revision.
        let deployment: ServiceDeployment
    }

    let shown: [Shown]

    init(of service: Service, newestFirst: [ServiceDeployment]) {
        guard service.status != .inactive else {
            shown = []
            return
        }
        var speakers = newestFirst.filter { !$0.status.isTerminal }
        if let production = service.productionRevision,
            !speakers.contains(where: { $0.target == production }),
            let speaker = ServiceDeployments.speaker(for: production, among: newestFirst)
        {
            speakers.append(speaker)
        }
        if speakers.isEmpty { speakers = Array(newestFirst.prefix(1)) }
        shown = speakers.enumerated().map { index, deployment in
            Shown(
                status: index == 0 ? .primary : .active, revision: deployment.target,
                deployment: deployment)
        }
    }

    /// The deployment that made `revision` what is in production.
    private static func speaker(
        for revision: ServiceRevisionID, among newestFirst: [ServiceDeployment]
    ) -> ServiceDeployment? {
        let candidates = newestFirst.filter { $0.target == revision }
        return candidates.first { $0.status == .successful } ?? candidates.first
    }
}
