import Model
import Testing

@testable import Planning

/// Who is asked, and what counts as an answer.
struct BalancerViewTests {
    private func view(_ reports: [BalancerReport]) -> BalancerView {
        var world = World(observingSince: .zero)
        for report in reports { world.balancerReports["lb", default: [:]][report.id] = report }
        return BalancerView(of: "lb", in: world)
    }

    private func report(
        _ id: BalancerID, applied: UInt64, fenced: Bool = false,
        _ health: [TargetID: TargetHealth] = [:]
    ) -> BalancerReport {
        BalancerReport(
            id: id, loadBalancer: "lb", incarnation: 1, appliedGeneration: applied, fenced: fenced,
            health: health)
    }

    @Test func everyLiveBalancerMustHaveApplied() {
        #expect(view([report("a", applied: 7), report("b", applied: 6)]).applied == 6)
        #expect(!view([]).hasApplied(0))
    }

    @Test func fencedBalancerIsWaitedForButVouchesForNothing() {
        let fenced = report("b", applied: 5, fenced: true, ["t": TargetHealth(state: .healthy)])
        #expect(view([report("a", applied: 7), fenced]).applied == 5)
        #expect(view([fenced]).applied == nil)
        #expect(!view([fenced]).isHealthyForAll("t"))
        #expect(!view([fenced]).isHealthyForAny("t"))
    }

    @Test func oneBalancersComplaintYieldsToAnothersPraise() {
        let well = report("a", applied: 7, ["t": TargetHealth(state: .healthy)])
        let ill = report("b", applied: 7, ["t": TargetHealth(state: .unhealthy)])
        #expect(view([well, ill]).complaint(about: "t") == nil)
        #expect(view([ill]).complaint(about: "t")?.state == .unhealthy)
        #expect(!view([well, ill]).isHealthyForAll("t"))
        #expect(view([report("a", applied: 7)]).complaint(about: "t") == nil)
    }

    @Test func refusalsOfOlderGenerationsAreForgotten() {
        var refusing = report("a", applied: 6)
        refusing.refusal = .init(generation: 7, reason: "bad rule")
        #expect(view([refusing]).refusal(since: 7)?.contains("bad rule") == true)
        #expect(view([refusing]).refusal(since: 8) == nil)
    }
}
