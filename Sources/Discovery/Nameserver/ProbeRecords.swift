import Model
import Naming
import Store

/// The store's records of what there is to probe, and the schedule made of them.
struct ProbeRecords {
    private var held: [Key: Noun] = [:]
    private var services: [DiscoveryServiceID: DiscoveryService] = [:]
    private var instances: [DiscoveryServiceID: [String: DiscoveryInstance]] = [:]
    /// The verdicts that the store has.
    private(set) var written: [ProbeID: Bool] = [:]
    var schedule: ProbeSchedule

    private enum Noun {
        case service(DiscoveryService)
        case instance(DiscoveryInstance)
        case health(InstanceHealth)
    }

    init(using generator: Generator, intervalMilliseconds: Int64) {
        schedule = ProbeSchedule(
            using: generator, intervalMilliseconds: intervalMilliseconds)
    }

    /// A record that cannot be read is as good as none: whoever answers tells of it.
    mutating func apply(_ changes: [Change], at now: Instant) {
        var touched: Set<DiscoveryServiceID> = []
        for change in changes {
            remove(change.key, &touched)
            guard case .put(let record) = change, let noun = Self.noun(record) else { continue }
            held[record.key] = noun
            switch noun {
            case .service(let service):
                services[service.id] = service
                touched.insert(service.id)
            case .instance(let instance):
                instances[instance.service, default: [:]][instance.id] = instance
                touched.insert(instance.service)
            case .health(let health): written[health.id] = health.isHealthy
            }
        }
        for service in touched.sorted() { arrange(service, at: now) }
    }

    private static func noun(_ record: Record) -> Noun? {
        if record.key.lies(in: .discoveryServices) {
            return (try? record.decode()).map(Noun.service)
        }
        if record.key.lies(in: .discoveryInstances) {
            return (try? record.decode()).map(Noun.instance)
        }
        return (try? record.decode()).map(Noun.health)
    }

    private mutating func remove(_ key: Key, _ touched: inout Set<DiscoveryServiceID>) {
        switch held.removeValue(forKey: key) {
        case .service(let service):
            services[service.id] = nil
            touched.insert(service.id)
        case .instance(let instance):
            instances[instance.service]?[instance.id] = nil
            if instances[instance.service]?.isEmpty == true { instances[instance.service] = nil }
            touched.insert(instance.service)
        case .health(let health): written[health.id] = nil
        case nil: break
        }
    }

    /// Every instance of a service is probed as the service says now.
    private mutating func arrange(_ id: DiscoveryServiceID, at now: Instant) {
        let targets = services[id].map { service in
            (instances[id] ?? [:]).values.compactMap { ProbeTarget($0, of: service) }
        }
        schedule.replace(
            targetsOf: id, with: (targets ?? []).sorted { $0.id < $1.id }, known: written, at: now)
    }
}

extension InstanceHealth {
    fileprivate var id: ProbeID { ProbeID(service: service, instance: instance) }
}
