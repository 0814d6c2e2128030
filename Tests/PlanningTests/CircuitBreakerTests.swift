import Model
import Planning
import Testing

/// When the circuit breaker ends a deployment.
struct CircuitBreakerTests {
    @Test(arguments: [
        (BreakerThreshold.Kind.boundedPercent, 50, 1, 3), (.boundedPercent, 50, 25, 13),
        (.boundedPercent, 50, 5000, 200), (.boundedPercent, 10, 100, 10),
        (.unboundedPercent, 50, 1, 1), (.unboundedPercent, 50, 5000, 2500),
        (.unboundedPercent, 10, 0, 1), (.count, 7, 1, 7), (.count, 1, 5000, 1),
    ])
    func thresholds(kind: BreakerThreshold.Kind, value: Int, desiredCount: Int, expected: Int) {
        var breaker = DeploymentCircuitBreaker()
        breaker.thresholdConfiguration = BreakerThreshold(type: kind, value: value)
        #expect(breaker.threshold(desiredCount: desiredCount) == expected)
    }

    @Test func withoutAConfigurationItIsHalf() {
        #expect(DeploymentCircuitBreaker().threshold(desiredCount: 25) == 13)
    }

    @Test func failuresThatAreForgivenNoLongerCount() {
        var scene = Scene(.scaleUp)
        scene.facts.green.healthy = 2
        scene.facts.failures = 2
        scene.record = scene.step().record
        #expect(scene.record.failedTasks == 2)
        scene.facts.failures = 0
        scene.facts.failuresForgivenUntil = Scene.now
        scene.record = scene.step().record
        #expect(scene.record.failedTasks == 0)
        #expect(scene.record.failuresForgivenUntil == Scene.now)
        scene.facts.failures = 3
        #expect(scene.step().record.status == .rollbackInProgress)
    }

    /// Failed tasks are forgotten after an hour; their number is not.
    @Test func failuresCountWhenTheirTasksAreForgotten() {
        var scene = Scene(.bakeTime)
        scene.facts.failures = 2
        scene.record = scene.step().record
        scene.facts.failures = 0
        #expect(scene.step().record.failedTasks == 2)
    }
}
