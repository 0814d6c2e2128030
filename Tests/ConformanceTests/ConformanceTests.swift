import Testing

/// RFC 9110 and 9112, and ALB's attributes, as bytes on both sides of the balancer.
///
/// `TEAL_CONFORMANCE_PEER=haproxy` or `nginx` plays the cases of the plain listener against one of
/// them and prints how it scores; there what a message means counts, not how it is worded.
@Suite(.serialized) struct ConformanceTests {
    @Test(arguments: CaseGroup.all)
    func conforms(to group: CaseGroup) async throws {
        try await Subject.with { subject in
            let results = subject.play(group.cases)
            guard subject.isExact else {
                Scoreboard.show(results, of: subject.name, in: group.name)
                return
            }
            for (item, defect) in results where defect != nil {
                Issue.record("\(item.name) (\(item.section)): \(defect ?? "")")
            }
        }
    }

    @Test func everyCaseHasItsOwnName() {
        let names = CaseGroup.all.flatMap(\.cases).map(\.name)
        #expect(Set(names).count == names.count)
    }
}

struct CaseGroup: CustomTestStringConvertible {
    let name: String
    let cases: [Case]

    var testDescription: String { name }

    static let all = [
        CaseGroup(name: "framing", cases: Case.framing),
        CaseGroup(name: "heads", cases: Case.heads),
        CaseGroup(name: "forwarding", cases: Case.forwarding),
        CaseGroup(name: "responses", cases: Case.responses),
        CaseGroup(name: "connections", cases: Case.connections),
        CaseGroup(name: "upgrades", cases: Case.upgrades),
        CaseGroup(name: "timeouts", cases: Case.timeouts),
    ]
}

enum Scoreboard {
    static func show(_ results: [(case: Case, defect: String?)], of name: String, in group: String)
    {
        for (item, defect) in results {
            guard let defect else { continue }
            print("\(name) fails \(item.name) (\(item.section)): \(defect.prefix(300))")
        }
        let passed = results.count { $0.defect == nil }
        print("\(name), \(group): \(passed) of \(results.count) cases passed")
    }
}
