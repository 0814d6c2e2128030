internal import Model

extension ServiceDescription {
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
