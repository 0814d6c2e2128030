package import Model

/// When each registered instance is probed next, and what its probes say.
///
/// The first probe of an instance decides at once; after that the verdict changes when as many in
/// a row as its threshold say otherwise, and those follow quickly. Probes are spread by chance, so
/// that those of many instances do not come together.
package struct ProbeSchedule: Sendable {
    /// Probes under way at a time; others wait for their turn.
    package static let probesMax = 64
    /// Milliseconds between the probes of an instance, less up to a tenth.
    package static let intervalMilliseconds: Int64 = 10_000
    /// The same while a change of the verdict is in question.
    package static let quickMilliseconds: Int64 = 1_000

    private let intervalMilliseconds: Int64
    private var subjects: [ProbeID: Subject] = [:]
    private var underWay: Set<ProbeID> = []
    private var generator: Generator

    private struct Subject {
        var target: ProbeTarget
        var due: Instant
        var verdict: Bool?
        /// Probes in a row that contradict the verdict.
        var streak = 0
    }

    package init(
        using generator: Generator,
        intervalMilliseconds: Int64 = ProbeSchedule.intervalMilliseconds
    ) {
        self.generator = generator
        self.intervalMilliseconds = intervalMilliseconds
    }

    /// Probes these instances of `service` and no others, with the verdicts that are known. One
    /// that is new or has changed is probed at once.
    package mutating func replace(
        targetsOf service: DiscoveryServiceID, with targets: [ProbeTarget],
        known verdicts: [ProbeID: Bool], at now: Instant
    ) {
        let wanted = Set(targets.map(\.id))
        for id in subjects.keys where id.service == service && !wanted.contains(id) {
            subjects[id] = nil
        }
        for target in targets where subjects[target.id]?.target != target {
            let verdict = subjects[target.id]?.verdict ?? verdicts[target.id]
            subjects[target.id] = Subject(target: target, due: now, verdict: verdict)
        }
    }

    /// The targets whose time has come, the longest overdue first; each is under way from now on.
    package mutating func due(at now: Instant) -> [ProbeTarget] {
        let waiting = subjects.filter { $0.value.due <= now && !underWay.contains($0.key) }
            .sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
        return waiting.prefix(max(0, Self.probesMax - underWay.count)).map { id, subject in
            underWay.insert(id)
            return subject.target
        }
    }

    /// When the next probe is due; `nil` while none is, or none may begin.
    package var deadline: Instant? {
        guard underWay.count < Self.probesMax else { return nil }
        return subjects.filter { !underWay.contains($0.key) }.map(\.value.due).min()
    }

    /// Takes note of a probe's outcome. Returns the verdict of its instance, or `nil` while there
    /// is none or it is in question. What the instance was before a change does not count.
    package mutating func finish(
        _ target: ProbeTarget, passed: Bool, at now: Instant
    ) -> Bool? {
        underWay.remove(target.id)
        guard var subject = subjects[target.id], subject.target == target else { return nil }
        if subject.verdict == nil || subject.verdict == passed {
            subject.verdict = passed
            subject.streak = 0
        } else {
            subject.streak += 1
            if subject.streak >= target.check.failureThreshold {
                subject.verdict = passed
                subject.streak = 0
            }
        }
        let isSettled = subject.streak == 0
        let pause = isSettled ? intervalMilliseconds : Self.quickMilliseconds
        let early = Int64.random(in: 0...pause / 10, using: &generator)
        subject.due = now.advanced(milliseconds: pause - early)
        subjects[target.id] = subject
        return isSettled ? subject.verdict : nil
    }
}
