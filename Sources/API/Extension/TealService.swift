/// What Teal can do and ECS has no word for, in the same protocol.
enum TealService {
    static let table = OperationTable(
        target: "Teal_20261122",
        operations: [
            "ApplyConfiguration": Operation(applyConfiguration),
            "DeleteAlarms": Operation(deleteAlarms),
            "DescribeAlarms": Operation(describeAlarms),
            "DescribeHistory": Operation(describeHistory),
            "DescribeRules": Operation(describeRules),
            "DescribeStatus": Operation(describeStatus),
            "DescribeTargetHealth": Operation(describeTargetHealth),
            "SetAlarmState": Operation(setAlarmState),
            "WatchInstances": Operation(watchInstances),
        ])
}
