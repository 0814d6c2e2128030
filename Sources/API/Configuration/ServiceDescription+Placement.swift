internal import Model

extension ServiceDescription {
    func applyScheduling(to service: inout Service, _ field: String) throws(FieldError) {
        do throws(FieldError) {
            try service.schedule(schedulingStrategy, count: desiredCount)
        } catch {
            throw FieldError("\(field).\(FieldError.inFile(error.field))", error.problem)
        }
    }

    func applyPlacement(to service: inout Service, _ field: String) throws(FieldError) {
        if let placementConstraints {
            service.placementConstraints = try PlacementRequest.constraints(
                placementConstraints, "\(field).placement_constraints")
        }
        if let placementStrategy {
            service.placementStrategy = try PlacementRequest.strategies(
                placementStrategy, "\(field).placement_strategy")
        }
    }
}
