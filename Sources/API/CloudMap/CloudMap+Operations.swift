import Model
import Store

/// What an operation answers that Cloud Map does later, and we have done.
struct OperationIDAnswer: Encodable {
    let operationId: String
}

struct OperationIDRequest: Decodable {
    let operationId: String
}

struct OperationAnswer: Encodable {
    let id: String
    let type: DiscoveryOperationType
    let status = "SUCCESS"
    let createDate: Double
    let updateDate: Double
    let targets: [String: String]
}

extension CloudMap {
    /// Commits `writes` and the record of the operation, and forgets the oldest of those.
    static func commit(
        _ type: DiscoveryOperationType, _ targets: [String: String], _ writes: [Write],
        if conditions: [Precondition] = [], _ call: Call
    ) async throws -> OperationIDAnswer {
        var generator = call.generator()
        let time = String(call.now.milliseconds, radix: 36)
        let id = "\(time)-\(generator.hexadecimal(digits: 16))"
        let operation = DiscoveryOperation(
            id: id, type: type, targets: targets, createdAt: call.now)
        let kept = try await call.store.read([.discoveryOperations]).records.map(\.key).sorted()
        let old = kept.dropLast(DiscoveryOperation.countMax - 1).map(Write.remove)
        try await call.store.commit(
            Transaction(
                writes + [try .put(.discoveryOperation(id), operation)] + old, if: conditions))
        return OperationIDAnswer(operationId: id)
    }

    static func getOperation(
        _ request: OperationIDRequest, _ call: Call
    ) async throws -> [String: OperationAnswer] {
        let key = Key.discoveryOperation(request.operationId)
        guard key.isWellFormed,
            let operation = try await call.store.value(at: key, as: DiscoveryOperation.self)?.value
        else { throw Fault("OperationNotFound", "No operation \(request.operationId).") }
        return ["Operation": answer(operation)]
    }

    private static func answer(_ operation: DiscoveryOperation) -> OperationAnswer {
        OperationAnswer(
            id: operation.id, type: operation.type, createDate: operation.createdAt.seconds,
            updateDate: operation.createdAt.seconds, targets: operation.targets)
    }

    static func listOperations(
        _ request: ListFilteredRequest, _ call: Call
    ) async throws -> Answer<OperationSummary> {
        let page = try PageRequest(maxResults: request.maxResults, nextToken: request.nextToken)
        var operations = try await call.store.values(
            in: Key.discoveryOperations, as: DiscoveryOperation.self
        ).map(\.value)
        for filter in request.filters ?? [] {
            operations = try operations.filter { try accepts($0, filter) }
        }
        return page.answer("Operations", of: operations, descending: true, by: \.id) {
            OperationSummary(id: $0.id)
        }
    }

    private static func accepts(
        _ operation: DiscoveryOperation, _ filter: FilterRequest
    ) throws(Fault) -> Bool {
        switch filter.name {
        case "NAMESPACE_ID": return try filter.accepts(operation.targets["NAMESPACE"] ?? "")
        case "SERVICE_ID": return try filter.accepts(operation.targets["SERVICE"] ?? "")
        case "STATUS": return try filter.accepts("SUCCESS")
        case "TYPE": return try filter.accepts(operation.type.rawValue)
        case "UPDATE_DATE":
            let times = filter.values.compactMap { Double($0) }
            guard times.count == 2 else {
                throw .invalidInput("UPDATE_DATE needs two times, for BETWEEN")
            }
            return (min(times[0], times[1])...max(times[0], times[1])).contains(
                operation.createdAt.seconds)
        default: throw .invalidInput("Filters cannot have \(filter.name)")
        }
    }
}

struct OperationSummary: Encodable {
    let id: String
    let status = "SUCCESS"
}
