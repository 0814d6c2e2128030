import Testing

@testable import teal

struct RestartPolicyTests {
    @Test("The first restart is at once; the pauses of one that keeps dying double up to a limit")
    func backOff() {
        var policy = RestartPolicy()
        let delays = (0..<9).map { _ in policy.delay(afterLiving: 5) }
        #expect(delays == [0, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
    }

    @Test("A process that has proven itself is started again at once")
    func proven() {
        var policy = RestartPolicy()
        for _ in 0..<5 { _ = policy.delay(afterLiving: 5) }
        #expect(policy.delay(afterLiving: RestartPolicy.provenMilliseconds) == 0)
        #expect(policy.delay(afterLiving: RestartPolicy.provenMilliseconds - 1) == 100)
    }
}
