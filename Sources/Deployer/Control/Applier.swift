import Crypto
import Model
import Planning
import Store

/// Turns a plan into one transaction: the only switch over `Action`.
///
/// Every record that is overwritten must be as the plan saw it, and the leader must still be who
/// planned; otherwise nothing happens and planning starts again.
struct Applier {
    private let mirror: Mirror
    private let term: UInt64
    private var transaction = Transaction()

    /// Throws `.malformed` for a value that cannot be encoded.
    static func transaction(
        for actions: [Action], by leader: Leader, on mirror: Mirror
    ) throws(StoreError) -> Transaction {
        var applier = Applier(mirror: mirror, term: leader.term)
        applier.expect(.leader)
        for action in actions { try applier.apply(action) }
        return applier.transaction
    }

    private init(mirror: Mirror, term: UInt64) {
        self.mirror = mirror
        self.term = term
    }

    private mutating func apply(_ action: Action) throws(StoreError) {
        switch action {
        case .putService(let service):
            try put(.service(service.name, in: service.cluster), service)
        case .putDeployment(let deployment):
            try put(.deployment(of: deployment), deployment)
        case .removeDeployment(let id, let path, let count):
            removeDeployment(id, of: path, historyCount: count)
        case .removeRevision(let id, let path):
            remove(.serviceRevision(id, of: path.service, in: path.cluster))
        case .putTask(let task): try put(.task(task.id, in: task.cluster), task)
        case .removeTask(let id, let cluster):
            remove(.task(id, in: cluster))
            remove(.taskState(id, in: cluster))
        case .putRule(let rule): try put(.rule(rule.name), rule)
        case .publish(let configuration): try publish(configuration)
        case .putDirectory(let entry):
            try put(.directory(entry.service, in: entry.namespace), entry)
        case .removeDirectory(let path): remove(.directory(path.service, in: path.namespace))
        case .putEvents(let events, let path):
            try put(.events(of: path.service, in: path.cluster), events)
        case .appendHistory(let entry, let deployment, let index):
            try put(.history(deployment, entry: index), entry)
        case .removeHookAnswer(let answer):
            remove(.hookAnswer(answer.execution, of: answer.deployment))
        }
    }

    private mutating func removeDeployment(
        _ id: ServiceDeploymentID, of path: ServicePath, historyCount: Int
    ) {
        remove(.deployment(id, of: path.service, in: path.cluster))
        for entry in 0..<historyCount { remove(.history(id, entry: entry)) }
    }

    /// Writes the parts that are not there yet, the generation that names them, and removes those
    /// that it no longer names.
    private mutating func publish(
        _ configuration: LoadBalancerConfiguration
    ) throws(StoreError) {
        let name = configuration.loadBalancer
        let stored = mirror.published.hashes(of: name)
        var named: Set<String> = []
        let listeners = try putPart(configuration.listeners, of: name, stored, &named)
        var groups: [TargetGroupName: String] = [:]
        for group in configuration.targetGroups {
            groups[group.name] = try putPart(group, of: name, stored, &named)
        }
        let generation = Generation(
            loadBalancer: name, number: configuration.generation, term: term,
            listeners: listeners, targetGroups: groups)
        try put(.generation(name), generation)
        for hash in stored where !named.contains(hash) { remove(.part(hash, of: name)) }
    }

    private mutating func putPart(
        _ value: some Encodable, of name: LoadBalancerName, _ stored: [String],
        _ named: inout Set<String>
    ) throws(StoreError) -> String {
        let bytes = try Encoding.bytes(of: value, at: .parts(name))
        let hash = SHA256.hash(data: bytes).hexadecimal
        if named.insert(hash).inserted, !stored.contains(hash) {
            transaction.writes.append(.put(.part(hash, of: name), value: bytes, lease: nil))
        }
        return hash
    }

    private mutating func put(_ key: Key, _ value: some Encodable) throws(StoreError) {
        expect(key)
        transaction.writes.append(try .put(key, value))
    }

    private mutating func remove(_ key: Key) {
        transaction.writes.append(.remove(key))
    }

    private mutating func expect(_ key: Key) {
        let version = mirror.versions[key]
        transaction.preconditions.append(
            version.map { .unchanged(key, version: $0) } ?? .absent(key))
    }
}

extension Key {
    fileprivate static func deployment(of record: ServiceDeployment) -> Key {
        .deployment(record.id, of: record.service, in: record.cluster)
    }
}

extension SHA256.Digest {
    fileprivate var hexadecimal: String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(text)
    }
}
