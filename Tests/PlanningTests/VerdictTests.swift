import Model
import Testing

@testable import Planning

/// The tests that judge green, on counts made by hand.
struct VerdictTests {
    @Test(arguments: [
        (1.0, 0.0), (2.0, 0.693_147_180_559_945_3), (0.5, -0.693_147_180_559_945_3),
        (10.0, 2.302_585_092_994_046), (1e-9, -20.723_265_836_946_41),
        (1e12, 27.631_021_115_928_547), (1.414_2, 0.346564000188003),
    ])
    func naturalLogarithms(number: Double, logarithm: Double) {
        #expect(abs(number.naturalLogarithm - logarithm) < 1e-9)
    }

    @Test func exponentialsUndoLogarithms() {
        for number in [1.0, 0.9, 0.5, 0.1, 1e-3, 1e-12, 1e-200] {
            #expect(abs(number.naturalLogarithm.exponential / number - 1) < 1e-12)
        }
        #expect((-1e9).exponential == 0)
    }

    @Test func fourErrorsOfGreenAloneAreEnoughAtATenth() {
        var test = ShareTest()
        test.observe(blue: 270, blueBad: 0, green: 30, greenBad: 3)
        #expect(test.evidence < VerdictPolicy.evidenceMin)
        test.observe(blue: 90, blueBad: 0, green: 10, greenBad: 1)
        #expect(test.evidence >= VerdictPolicy.evidenceMin)
    }

    @Test func aStormThatHitsBothSidesProvesNothing() {
        var test = ShareTest()
        test.observe(blue: 9_000, blueBad: 4_500, green: 1_000, greenBad: 520)
        #expect(test.evidence < 0)
    }

    @Test func anIntervalWithoutBadRequestsOrWithoutOneSideSaysNothing() {
        var test = ShareTest()
        test.observe(blue: 900, blueBad: 0, green: 100, greenBad: 0)
        test.observe(blue: 0, blueBad: 0, green: 100, greenBad: 100)
        test.observe(blue: 100, blueBad: 3, green: 0, greenBad: 0)
        #expect(test == ShareTest())
    }

    @Test func aTestGoesOnFromWhatWasSavedOfIt() {
        var whole = ShareTest()
        whole.observe(blue: 900, blueBad: 3, green: 100, greenBad: 2)
        var resumed = ShareTest(logarithms: whole.logarithms)
        whole.observe(blue: 500, blueBad: 1, green: 500, greenBad: 6)
        resumed.observe(blue: 500, blueBad: 1, green: 500, greenBad: 6)
        #expect(whole == resumed)
        #expect(ShareTest(logarithms: [1, 2]) == ShareTest())
        #expect(ShareTest(logarithms: Array(repeating: .nan, count: 6)) == ShareTest())
    }

    @Test func mostOfTwentyFailedRequestsAreABurst() {
        var test = BurstTest()
        test.observe(
            blue: OutcomeCounts(requests: 90), green: OutcomeCounts(requests: 19, errors: 19))
        #expect(!test.isAlarmed)
        test.observe(blue: OutcomeCounts(requests: 9), green: OutcomeCounts(requests: 1, errors: 1))
        #expect(test.isAlarmed)
    }

    @Test func aBurstIsFoundAfterALongPeace() {
        var test = BurstTest()
        test.observe(blue: OutcomeCounts(), green: OutcomeCounts(requests: 100_000, errors: 10))
        #expect(!test.isAlarmed)
        test.observe(blue: OutcomeCounts(), green: OutcomeCounts(requests: 25, errors: 13))
        #expect(test.isAlarmed)
    }

    @Test func noBurstIsGreensWhileBlueFailsAsWell() {
        var test = BurstTest()
        test.observe(
            blue: OutcomeCounts(requests: 100, errors: 80),
            green: OutcomeCounts(requests: 30, errors: 25))
        #expect(!test.isAlarmed)
    }

    @Test func greenIsWarmByRequestsOrByTime() {
        #expect(!VerdictPolicy.isWarm(requests: 599, tasks: 2, milliseconds: 29_999))
        #expect(VerdictPolicy.isWarm(requests: 600, tasks: 2, milliseconds: 0))
        #expect(VerdictPolicy.isWarm(requests: 0, tasks: 2, milliseconds: 30_000))
    }

    @Test func theDataMinimumFallsAsBlueErrsMore() {
        let none = VerdictPolicy.requestsMin(of: OutcomeCounts())
        #expect(none == 377)
        #expect(VerdictPolicy.requestsMin(of: OutcomeCounts(requests: 1_000, errors: 10)) < 60)
        #expect(VerdictPolicy.requestsMin(of: OutcomeCounts(requests: 10, errors: 10)) > 0)
    }

    @Test func aBlueThatWasHardlyAskedVouchesForLittle() {
        #expect(DriftTest(blueRequests: 0, blueErrors: 0).usual == 0.5)
        #expect(DriftTest(blueRequests: 1_000_000, blueErrors: 0).usual == 1e-4)
        var test = DriftTest(blueRequests: 998, blueErrors: 4)
        #expect(test.usual == 0.005)
        test.observe(requests: 100_000, errors: 500)
        #expect(test.sum == 0)
        test.observe(requests: 100, errors: 100)
        #expect(test.isAlarmed)
    }
}
