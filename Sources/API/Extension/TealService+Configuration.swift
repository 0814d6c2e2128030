import Model
import Store

struct ApplyConfigurationRequest: Decodable {
    let configuration: JSON
    /// The file that it is from.
    let source: String?
    /// Do nothing when this very configuration was the last one applied from `source`: what has
    /// been deployed by other means since then stays.
    let onlyIfChanged: Bool?
}

struct ApplyConfigurationAnswer: Encodable {
    /// One sentence for each change; none when all was so already.
    let changes: [String]
    /// The deployments that begin.
    let serviceDeploymentArns: [String]
}

/// What was applied last from one file.
private struct AppliedConfiguration: Codable {
    var source: String
    /// SHA-256 of the configuration.
    var digest: String
    var appliedAt: Instant
}

extension TealService {
    static func applyConfiguration(
        _ request: ApplyConfigurationRequest, _ call: Call
    ) async throws -> ApplyConfigurationAnswer {
        let configuration = try Configuration(document: request.configuration)
        var memory: Memory?
        if let source = request.source {
            memory = try await Memory(of: source, configuration, call)
        }
        if request.onlyIfChanged ?? false, memory?.isSame ?? false {
            return ApplyConfigurationAnswer(changes: [], serviceDeploymentArns: [])
        }
        let plan = try ConfigurationPlan(
            configuration, on: Inventory(try await call.store.read(Inventory.folders)), by: call,
            using: call.generator())
        var transaction = try plan.transaction()
        if let memory { transaction.add(try memory.transaction()) }
        if !transaction.writes.isEmpty { try await call.store.commit(transaction) }
        return ApplyConfigurationAnswer(
            changes: plan.sentences,
            serviceDeploymentArns: plan.services.compactMap(\.deployment?.arn))
    }

    /// The record of what was applied from one file, before and after.
    private struct Memory {
        private let key: Key
        private let old: Versioned<AppliedConfiguration>?
        private let new: AppliedConfiguration

        init(of source: String, _ configuration: Configuration, _ call: Call) async throws {
            key = Key.appliedConfiguration(Signature.sha256(Array(source.utf8)))
            old = try await call.store.value(at: key)
            new = AppliedConfiguration(
                source: source,
                digest: Signature.sha256(try Operation.encode(configuration)),
                appliedAt: call.now)
        }

        var isSame: Bool { old?.value.digest == new.digest }

        func transaction() throws(StoreError) -> Transaction {
            if isSame { return Transaction() }
            let condition: Precondition =
                old.map { .unchanged(key, version: $0.version) } ?? .absent(key)
            return Transaction([try .put(key, new)], if: [condition])
        }
    }
}
