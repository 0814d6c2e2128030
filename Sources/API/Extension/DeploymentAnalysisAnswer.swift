import Model

/// What a deployment's verdict rests on.
struct DeploymentAnalysisAnswer: Encodable {
    let blue: Side
    let green: Side
    /// The likelihood of what was seen if green is worse than blue, over that if it is not; of
    /// errors and of slowness the greater one.
    let evidence: Double
    /// Green is bad from here on.
    let evidenceMin: Double

    struct Side: Encodable {
        let requests: Int
        let errors: Int
        let slow: Int
        /// Milliseconds.
        let p50: Double?
        let p99: Double?

        init(_ counts: OutcomeCounts, _ latency: LatencySummary?) {
            requests = counts.requests
            errors = counts.errors
            slow = counts.slow
            p50 = latency.map { Double($0.p50) / 1000 }
            p99 = latency.map { Double($0.p99) / 1000 }
        }
    }

    init(_ analysis: DeploymentAnalysis) {
        blue = Side(analysis.blue, analysis.blueLatency)
        green = Side(analysis.green, analysis.greenLatency)
        evidence = analysis.evidence
        evidenceMin = DeploymentAnalysis.evidenceMin
    }
}
