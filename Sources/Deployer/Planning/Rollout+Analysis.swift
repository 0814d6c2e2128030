import Model

/// What real requests say of green, while it has production traffic and blue can still be gone back
/// to.
extension Rollout.Move {
    /// Takes in what was counted, and goes back when it says that green is bad.
    mutating func judge() -> Bool {
        guard isJudging else { return false }
        let wasConclusive = isConclusive
        var analysis = record.analysis ?? DeploymentAnalysis(facts.outcomes, at: now)
        analysis.listen(
            to: facts.outcomes, isShared: isShared, tasks: facts.desiredCount, at: now)
        record.analysis = analysis
        // The share was only watched for longer until now.
        if !wasConclusive, isConclusive { rearmProgress() }
        guard let complaint = analysis.complaint(isShared: isShared) else { return false }
        let reason = "Service deployment rolled back because \(complaint)"
        step.effects.append(.announce("(deployment \(record.id)) rolled back because \(complaint)"))
        withdraw(for: DeploymentWant(kind: .rollback, reason: reason, at: now))
        return true
    }

    private var isJudging: Bool {
        guard facts.isJudged, record.source != nil, !record.stopIntentBlue,
            record.configuration.strategy != .rolling, record.productionWeight > 0,
            facts.hasProductionRule, !facts.outcomes.isEmpty, isAcknowledged,
            let stage = record.stage
        else { return false }
        return stage >= .productionTrafficShift && stage <= .bakeTime
    }

    private var isShared: Bool { record.productionWeight < Weight.all }

    /// How long the present share is watched: longer while too few requests came for a verdict.
    var stepWatchTime: Int64 {
        isConclusive ? stepBakeTime : stepBakeTime * VerdictPolicy.waitFactorMax
    }

    /// Whether it would have been noticed if green were bad; also where nobody judges.
    private var isConclusive: Bool {
        guard facts.isJudged, let analysis = record.analysis else { return true }
        return analysis.judged.requests >= analysis.requestsMin
    }

    /// What the share that was watched has shown, before the next one.
    mutating func tellVerdict() {
        guard let analysis = record.analysis, facts.isJudged else { return }
        tell(analysis.summary)
        guard !isConclusive, !analysis.isInconclusive else { return }
        record.analysis?.isInconclusive = true
        tell(analysis.shortage)
    }
}
