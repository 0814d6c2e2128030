import Model

extension Service {
    /// Takes over what is said of the number of tasks.
    ///
    /// Throws a `FieldError` for a strategy that changes, and for a count where the machines
    /// decide it.
    mutating func schedule(
        _ strategy: SchedulingStrategy?, count: Int?
    ) throws(FieldError) {
        let isNew = taskDefinition.isEmpty
        guard isNew || strategy ?? .replica == schedulingStrategy ?? .replica || strategy == nil
        else {
            throw FieldError(
                "schedulingStrategy",
                "cannot be changed; delete the service and create it with the other one")
        }
        if isNew { schedulingStrategy = strategy }
        guard isDaemon else {
            desiredCount = count ?? desiredCount
            return
        }
        guard count == nil else {
            throw FieldError(
                "desiredCount", "cannot be given with DAEMON, which has a task on each machine")
        }
        if isNew { becomeDaemon() }
    }

    /// ECS's defaults: on each machine the old task stops before the new one starts.
    private mutating func becomeDaemon() {
        desiredCount = 0
        deploymentConfiguration.strategy = .rolling
        deploymentConfiguration.minimumHealthyPercent = 0
        deploymentConfiguration.maximumPercent = 100
    }
}
