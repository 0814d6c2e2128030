internal import Model
internal import Store

/// The content-addressed parts of the snapshot in force: one change reads but one part anew.
struct Parts: Sendable {
    private var listeners: (hash: String, value: [Listener])?
    private var targetGroups: [String: TargetGroup] = [:]

    enum Defect: Error, CustomStringConvertible {
        /// It may have been replaced meanwhile: the generation must be read again.
        case missing(Key)
        case damaged(Key)

        var description: String {
            switch self {
            case .missing(let key): "\(key): there is no such part"
            case .damaged(let key): "\(key): is not what its name says"
            }
        }
    }

    /// Puts `generation` together, reading what is not at hand.
    mutating func configuration(
        for generation: Generation, from store: any Store
    ) async throws -> LoadBalancerConfiguration {
        let hashes = Set(generation.targetGroups.values)
        targetGroups = targetGroups.filter { hashes.contains($0.key) }
        var missing = hashes.filter { targetGroups[$0] == nil }
        if listeners?.hash != generation.listeners { missing.insert(generation.listeners) }
        let name = generation.loadBalancer
        let found =
            missing.isEmpty
            ? [] : try await store.read(missing.sorted().map { Key.part($0, of: name) }).records
        let records = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        func part<Value: Decodable>(_ hash: String) throws -> Value {
            let key = Key.part(hash, of: name)
            guard let record = records[key] else { throw Defect.missing(key) }
            guard sha256(of: record.value) == hash else { throw Defect.damaged(key) }
            return try record.decode()
        }
        if listeners?.hash != generation.listeners {
            listeners = (generation.listeners, try part(generation.listeners))
        }
        var groups: [TargetGroup] = []
        for (_, hash) in generation.targetGroups.sorted(by: { $0.key < $1.key }) {
            let group = try targetGroups[hash] ?? part(hash)
            targetGroups[hash] = group
            groups.append(group)
        }
        return LoadBalancerConfiguration(
            loadBalancer: name, generation: generation.number, listeners: listeners?.value ?? [],
            targetGroups: groups)
    }
}
