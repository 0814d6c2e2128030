import Model

/// Amazon ECS: one table of operations, each a few lines of store and shape.
enum ECS {
    static let table = OperationTable(
        target: "AmazonEC2ContainerServiceV20141113",
        operations: [
            "ContinueServiceDeployment": Operation(continueServiceDeployment),
            "CreateCluster": Operation(createCluster),
            "CreateService": Operation(createService),
            "DeleteService": Operation(deleteService),
            "DeregisterContainerInstance": Operation(deregisterContainerInstance),
            "DeregisterTaskDefinition": Operation(deregisterTaskDefinition),
            "DescribeClusters": Operation(describeClusters),
            "DescribeContainerInstances": Operation(describeContainerInstances),
            "DescribeServiceDeployments": Operation(describeServiceDeployments),
            "DescribeServiceRevisions": Operation(describeServiceRevisions),
            "DescribeServices": Operation(describeServices),
            "DescribeTaskDefinition": Operation(describeTaskDefinition),
            "DescribeTasks": Operation(describeTasks),
            "GetTaskProtection": Operation(getTaskProtection),
            "ListClusters": Operation(listClusters),
            "ListContainerInstances": Operation(listContainerInstances),
            "ListServiceDeployments": Operation(listServiceDeployments),
            "ListServices": Operation(listServices),
            "ListTaskDefinitionFamilies": Operation(listTaskDefinitionFamilies),
            "ListTaskDefinitions": Operation(listTaskDefinitions),
            "ListTasks": Operation(listTasks),
            "RegisterTaskDefinition": Operation(registerTaskDefinition),
            "RunTask": Operation(runTask),
            "StopServiceDeployment": Operation(stopServiceDeployment),
            "StopTask": Operation(stopTask),
            "UpdateContainerInstancesState": Operation(updateContainerInstancesState),
            "UpdateService": Operation(updateService),
            "UpdateTaskProtection": Operation(updateTaskProtection),
        ])

    /// Describe operations take so many names at once.
    static let describedMax = 100

    /// Refuses an empty or an overlong list of names.
    static func check(
        _ names: [String], _ field: String, max: Int = describedMax
    ) throws(Fault) {
        guard (1...max).contains(names.count) else {
            throw .invalidParameter("\(field) must have 1 to \(max) elements", field: field)
        }
    }

    /// `text` as `kind`, or `nil` when it is absent.
    static func choice<Kind: RawRepresentable & CaseIterable>(
        _ text: String?, _ field: String, of kind: Kind.Type = Kind.self
    ) throws(Fault) -> Kind? where Kind.RawValue == String {
        guard let text else { return nil }
        guard let value = Kind(rawValue: text) else {
            let choices = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidParameter("\(field) must be one of \(choices)", field: field)
        }
        return value
    }
}
