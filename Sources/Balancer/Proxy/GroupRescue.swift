internal import Model
internal import Routing

/// What becomes of the requests that a group's targets fail.
struct GroupRescue {
    var isOn: Bool
    /// Bit n is set when status 500 + n counts as a failure.
    var statuses: UInt8
    /// Of a request with a body: the longest that is kept to be sent again.
    var bytesMax: Int
    var budget: RetryBudget

    init(_ attributes: TargetGroupAttributes) {
        isOn = attributes.rescues
        statuses = GroupRescue.statuses(of: attributes)
        bytesMax = attributes.rescueBodyBytes
        budget = RetryBudget(
            percentage: attributes.rescueBudgetPercentage,
            minimum: attributes.rescueBudgetMinimum)
    }

    /// Other settings from now on; what was counted stays.
    mutating func change(_ attributes: TargetGroupAttributes) {
        let counted = budget
        self = GroupRescue(attributes)
        budget = counted
        budget.change(
            percentage: attributes.rescueBudgetPercentage,
            minimum: attributes.rescueBudgetMinimum)
    }

    /// Whether an answer with `status`, at least 500, is as bad as none.
    func covers(_ status: Int) -> Bool {
        isOn && status < 508 && statuses >> UInt8(status &- 500) & 1 == 1
    }

    private static func statuses(of attributes: TargetGroupAttributes) -> UInt8 {
        attributes.rescuedStatuses.reduce(0) { $0 | 1 << UInt8($1 - 500) }
    }
}
