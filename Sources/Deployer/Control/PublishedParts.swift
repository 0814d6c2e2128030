import Model
import Store

/// The generations in the store and the parts that they name, put together when they change.
struct PublishedParts {
    private enum Part {
        case listeners([Listener])
        case targetGroup(TargetGroup)
    }

    static let folders: [Key] = [.generations, Key("parts")]

    private var generations: [LoadBalancerName: Generation] = [:]
    /// The bytes of each part, by load balancer and hash.
    private var bytes: [LoadBalancerName: [String: Record]] = [:]
    private var decoded: [LoadBalancerName: [String: Part]] = [:]
    private var changed: Set<LoadBalancerName> = []

    /// Whether `record` is one of these; throws `.malformed`.
    mutating func put(_ record: Record) throws(StoreError) -> Bool {
        let parts = record.key.parts
        switch parts.first {
        case "generations":
            let generation: Generation = try record.decode()
            generations[generation.loadBalancer] = generation
            changed.insert(generation.loadBalancer)
            return true
        case "parts":
            guard parts.count == 3 else { return true }
            bytes[LoadBalancerName(parts[1]), default: [:]][parts[2]] = record
            return true
        default: return false
        }
    }

    mutating func remove(_ key: Key) {
        let parts = key.parts
        guard parts.first == "parts", parts.count == 3 else { return }
        let name = LoadBalancerName(parts[1])
        bytes[name]?[parts[2]] = nil
        decoded[name]?[parts[2]] = nil
    }

    /// The hashes of all parts of `loadBalancer` that are stored, sorted.
    func hashes(of loadBalancer: LoadBalancerName) -> [String] {
        (bytes[loadBalancer] ?? [:]).keys.sorted()
    }

    func generation(of loadBalancer: LoadBalancerName) -> Generation? {
        generations[loadBalancer]
    }

    /// The configurations whose generation has changed since the last call. One with a part that
    /// is missing comes without it, so that planning publishes it anew under a higher number.
    mutating func assembleChanged() -> [(LoadBalancerName, LoadBalancerConfiguration)] {
        defer { changed = [] }
        return changed.sorted().compactMap { name in
            guard let generation = generations[name] else { return nil }
            return (name, assemble(generation))
        }
    }

    private mutating func assemble(_ generation: Generation) -> LoadBalancerConfiguration {
        let name = generation.loadBalancer
        var configuration = LoadBalancerConfiguration(
            loadBalancer: name, generation: generation.number, listeners: [], targetGroups: [])
        if case .listeners(let listeners)? = part(generation.listeners, of: name, isGroup: false) {
            configuration.listeners = listeners
        }
        for group in generation.targetGroups.keys.sorted() {
            let hash = generation.targetGroups[group] ?? ""
            if case .targetGroup(let value)? = part(hash, of: name, isGroup: true) {
                configuration.targetGroups.append(value)
            }
        }
        return configuration
    }

    private mutating func part(
        _ hash: String, of name: LoadBalancerName, isGroup: Bool
    ) -> Part? {
        if let part = decoded[name]?[hash] { return part }
        guard let record = bytes[name]?[hash] else { return nil }
        let part: Part? =
            isGroup
            ? (try? record.decode(TargetGroup.self)).map(Part.targetGroup)
            : (try? record.decode([Listener].self)).map(Part.listeners)
        decoded[name, default: [:]][hash] = part
        return part
    }
}
