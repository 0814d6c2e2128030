import Model

/// The numbers, for a person.
extension DeploymentAnalysis {
    /// Why green is bad, in the words that follow "because"; `nil` while it is not.
    func complaint(isShared: Bool) -> String? {
        let burst = burstTest
        if burst.isAlarmed {
            return "most requests to green fail: \(errors(burst.green)), "
                + "against \(errors(burst.blue)) to blue."
        }
        if errorTest.evidence >= VerdictPolicy.evidenceMin {
            return "green's requests fail more often than blue's: \(errors(green)), "
                + "against \(errors(blue)); \(words(of: errorTest))."
        }
        if slowTest.evidence >= VerdictPolicy.evidenceMin, let limit = slowMicroseconds {
            return "green is slower than blue: \(slow(green)) took over "
                + "\(Duration.microseconds(limit)), against \(slow(blue)); "
                + "\(words(of: slowTest))."
        }
        if !isShared, driftTest.isAlarmed {
            return "green's requests fail more often than blue's did: \(errors(green)), against "
                + "\(errors(baseline)) before."
        }
        return nil
    }

    /// What both sides did until now.
    var summary: String {
        "Of green's requests failed \(errors(green)), of blue's \(errors(blue)); "
            + "\(words(of: errorTest))."
    }

    /// That too few requests came.
    var shortage: String {
        "Inconclusive: green got \(judged.requests) requests once it was warm, and a verdict takes "
            + "\(requestsMin)."
    }

    private func errors(_ side: OutcomeCounts) -> String { share(side.errors, of: side.requests) }

    private func slow(_ side: OutcomeCounts) -> String { share(side.slow, of: side.requests) }

    private func share(_ count: Int, of all: Int) -> String {
        let tenths = all > 0 ? (1000 * count + all / 2) / all : 0
        return "\(count) of \(all) (\(tenths / 10).\(tenths % 10) %)"
    }

    private func words(of test: ShareTest) -> String {
        "evidence \(test.odds.tenths) to 1, where \(DeploymentAnalysis.evidenceMin.tenths) to 1 is "
            + "enough"
    }
}

extension Double {
    /// With one digit after the point where it is small.
    fileprivate var tenths: String {
        guard self < 10 else { return "\(Int(rounded()))" }
        let tenths = Int((self * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
