/// Where each defect shows: a scenario that never comes near it proves nothing about it.
extension Mutation {
    package func favour(_ scenario: inout Scenario) {
        switch self {
        case .writesWithoutATerm:
            scenario.controllers = 2
            scenario.faults = [.controllerPauses, .watchesAreLate, .partsAreSlow]
        case .neverFencesItself:
            scenario.balancers = 2
            scenario.faults = [.balancerIsCutOff]
        case .unfencesAlone, .startsUnfenced:
            scenario.balancers = 2
            scenario.faults = [.balancerIsCutOff, .balancerDies, .watchesAreLate]
        case .forgetsNamesAtOnce:
            scenario.nameservers = 2
            scenario.recordTTLSeconds = 1
            scenario.deregistrationDelaySeconds = 0
            scenario.faults = [.nameserverIsCutOff]
        case .forgetsItsTasks:
            scenario.faults = [.agentDies]
        case .goesBackAGeneration, .acknowledgesBeforeApplying, .ignoresTheBarrier,
            .skipsTheDrain, .skipsTheWarmUp, .stopsTasksEarly:
            break
        }
    }
}
