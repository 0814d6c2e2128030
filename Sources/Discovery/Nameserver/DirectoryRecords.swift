import Model
import Naming
import Store

/// The store's records of namespaces and of what each service answers, and the directory made
/// of them.
///
/// Whoever holds them is alone in it: a copy that is kept would make the next change copy all of
/// them, where the directory shares what did not change.
struct DirectoryRecords: Sendable {
    private var held: [Key: Held] = [:]
    private var places: [Place: Sources] = [:]
    private var registrations: [DiscoveryServiceID: Registration] = [:]
    private(set) var directory: Directory

    private struct Held {
        /// As it came, so that it is saved without being encoded again.
        let value: [UInt8]
        let noun: Noun
    }

    private enum Noun {
        case namespace(Namespace)
        case entry(DirectoryEntry)
        case service(DiscoveryService)
        case instance(DiscoveryInstance)
        case health(InstanceHealth)

        init(_ record: Record) throws {
            if record.key.lies(in: .namespaces) {
                self = .namespace(try record.decode())
            } else if record.key.lies(in: .directory) {
                self = .entry(try record.decode())
            } else if record.key.lies(in: .discoveryServices) {
                self = .service(try record.decode())
            } else if record.key.lies(in: .discoveryInstances) {
                self = .instance(try record.decode())
            } else {
                self = .health(try record.decode())
            }
        }
    }

    /// A service's name, and what there is to answer at it.
    private struct Place: Hashable, Comparable {
        let namespace: NamespaceName
        let service: ServiceName

        static func < (left: Self, right: Self) -> Bool {
            (left.namespace, left.service) < (right.namespace, right.service)
        }
    }

    private struct Sources {
        /// What the control loop publishes.
        var entry: DirectoryEntry?
        /// Registered services of that name, sorted; there is one.
        var registered: [DiscoveryServiceID] = []
    }

    private struct Registration {
        var service: DiscoveryService?
        var instances: [String: DiscoveryInstance] = [:]
        /// By instance: what probes have found.
        var health: [String: InstanceHealth] = [:]

        var isEmpty: Bool { service == nil && instances.isEmpty && health.isEmpty }
    }

    /// What came of changes.
    struct Outcome: Sendable {
        /// Those that are in force now, in their order.
        var changes: [Change] = []
        /// What could not be understood or published, one sentence each.
        var problems: [String] = []
    }

    /// What the records live under.
    static let folders: [Key] = [
        .namespaces, .directory, .discoveryServices, .discoveryInstances, .instanceHealth,
    ]

    init(nameserver addresses: [IPAddress], whenAllUnhealthy rule: UnhealthyRule = .answer) {
        directory = Directory(nameserver: addresses, whenAllUnhealthy: rule)
    }

    /// The store's revision that this is a picture of.
    var revision: UInt64 { directory.revision }

    /// Each record's value.
    var contents: [Key: [UInt8]] { held.mapValues(\.value) }
}

// MARK: Changing

extension DirectoryRecords {
    /// Replaces everything by what the store holds; what it no longer holds is removed.
    mutating func replace(with snapshot: Snapshot) -> Outcome {
        let present = Set(snapshot.records.map(\.key))
        let gone = held.keys.filter { !present.contains($0) }.sorted()
        let changes = gone.map(Change.removed) + snapshot.records.map(Change.put)
        return apply(changes, revision: snapshot.cursor.revision)
    }

    /// Applies the changes of whole commits. A record that cannot be read leaves its predecessor
    /// in force.
    mutating func apply(_ changes: [Change], revision: UInt64) -> Outcome {
        directory.revision = revision
        var outcome = Outcome()
        var touched: Set<Place> = []
        for change in changes {
            do {
                if try apply(change, &touched) { outcome.changes.append(change) }
            } catch {
                outcome.problems.append("\(error)")
            }
        }
        for place in touched.sorted() { outcome.problems += publish(place) }
        return outcome
    }

    /// Returns whether it makes a difference.
    private mutating func apply(_ change: Change, _ touched: inout Set<Place>) throws -> Bool {
        switch change {
        case .put(let record):
            guard held[record.key]?.value != record.value else { return false }
            try put(record, &touched)
        case .removed(let key):
            guard held[key] != nil else { return false }
            remove(key, &touched)
        }
        return true
    }

    private mutating func put(_ record: Record, _ touched: inout Set<Place>) throws {
        let noun = try Noun(record)
        remove(record.key, &touched)
        held[record.key] = Held(value: record.value, noun: noun)
        switch noun {
        case .namespace(let namespace):
            if namespace.type != .http { try directory.put(namespace.name) }
        case .entry(let entry):
            let place = Place(namespace: entry.namespace, service: entry.service)
            places[place, default: Sources()].entry = entry
            touched.insert(place)
        case .service(let service):
            let place = Place(namespace: service.namespace, service: service.name)
            registrations[service.id, default: Registration()].service = service
            places[place, default: Sources()].registered.append(service.id)
            places[place]?.registered.sort()
            touched.insert(place)
        case .instance(let instance):
            registrations[instance.service, default: Registration()].instances[instance.id] =
                instance
            touched.formUnion(place(of: instance.service))
        case .health(let health):
            registrations[health.service, default: Registration()].health[health.instance] = health
            touched.formUnion(place(of: health.service))
        }
    }

    private mutating func remove(_ key: Key, _ touched: inout Set<Place>) {
        switch held.removeValue(forKey: key)?.noun {
        case .namespace(let namespace): directory.remove(namespace.name)
        case .entry(let entry):
            let place = Place(namespace: entry.namespace, service: entry.service)
            places[place]?.entry = nil
            touched.insert(place)
        case .service(let service):
            let place = Place(namespace: service.namespace, service: service.name)
            registrations[service.id]?.service = nil
            places[place]?.registered.removeAll { $0 == service.id }
            touched.insert(place)
            forgetIfEmpty(service.id)
        case .instance(let instance):
            registrations[instance.service]?.instances[instance.id] = nil
            touched.formUnion(place(of: instance.service))
            forgetIfEmpty(instance.service)
        case .health(let health):
            registrations[health.service]?.health[health.instance] = nil
            touched.formUnion(place(of: health.service))
            forgetIfEmpty(health.service)
        case nil: break
        }
    }

    private func place(of id: DiscoveryServiceID) -> [Place] {
        guard let service = registrations[id]?.service else { return [] }
        return [Place(namespace: service.namespace, service: service.name)]
    }

    private mutating func forgetIfEmpty(_ id: DiscoveryServiceID) {
        if registrations[id]?.isEmpty == true { registrations[id] = nil }
    }
}

// MARK: Publishing

extension DirectoryRecords {
    /// Puts into the directory what there is at a place now; returns what cannot be answered.
    private mutating func publish(_ place: Place) -> [String] {
        guard let sources = places[place], let entry = entry(at: place, from: sources) else {
            if places[place].map({ $0.entry == nil && $0.registered.isEmpty }) == true {
                places[place] = nil
            }
            directory.remove(place.service, in: place.namespace)
            return []
        }
        return directory.put(entry).map(\.description)
    }

    private func entry(at place: Place, from sources: Sources) -> DirectoryEntry? {
        let registration = sources.registered.lazy.compactMap { registrations[$0] }
            .first { $0.service.map { !$0.isHTTPOnly } ?? false }
        guard let registration, let service = registration.service else { return sources.entry }
        let instances = registration.instances.values.map {
            service.judged($0, by: registration.health[$0.id])
        }
        return DirectoryEntry(service, instances, beside: sources.entry)
    }
}
