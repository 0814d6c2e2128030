import Model
import Store

struct WatchInstancesRequest: Decodable {
    let namespaceName: String
    let serviceName: String
    /// The `cursor` of an earlier answer: waits for what came after it. At once when absent.
    let after: UInt64?
    /// How long to wait at most, 0-20; 20 when absent.
    let waitSeconds: Int?
}

struct WatchInstancesAnswer: Encodable {
    /// By id.
    let instances: [InstanceStandingAnswer]
    let cursor: UInt64
}

/// An instance as discovery knows it: Cloud Map's attributes and health, and what it lacks.
struct InstanceStandingAnswer: Encodable {
    let id: String
    let address: String
    let port: Int
    /// HEALTHY, UNHEALTHY, or UNKNOWN when nothing checks it.
    let healthStatus: String
    /// Of its task definition; absent for what was registered by hand.
    let revision: Int?
    let weight: Int
    /// `blue` or `green` while a deployment runs.
    let colour: DirectoryColour?
    /// Whether the service's name leads to it: the side without traffic has only its view's.
    let isServing: Bool
}

/// The instances of a service with their health, and a wait for the next change of either.
extension TealService {
    private static let waitSecondsMax = 20

    static func watchInstances(
        _ request: WatchInstancesRequest, _ call: Call
    ) async throws -> WatchInstancesAnswer {
        let wait = request.waitSeconds ?? waitSecondsMax
        guard (0...waitSecondsMax).contains(wait) else {
            throw Fault.invalidParameter("waitSeconds must be 0 to 20", field: "waitSeconds")
        }
        let place = Key.directory(
            ServiceName(request.serviceName), in: NamespaceName(request.namespaceName))
        guard place.isWellFormed else {
            throw Fault.invalidParameter("serviceName is no name", field: "serviceName")
        }
        if let after = request.after {
            await waitForChange(at: place, after: Cursor(revision: after), seconds: wait, call)
        }
        return try await instances(at: place, request, call)
    }

    private static func folders(_ place: Key) -> [Key] {
        [place, .discoveryServices, .discoveryInstances, .instanceHealth]
    }

    /// Returns when something changed, the time is over or the store cannot say.
    private static func waitForChange(
        at place: Key, after cursor: Cursor, seconds: Int, _ call: Call
    ) async {
        let store = call.store
        await withTaskGroup { group in
            group.addTask {
                var changes = store.watch(folders(place), from: cursor).makeAsyncIterator()
                _ = try? await changes.next()
            }
            group.addTask { try? await ContinuousClock().sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    private static func instances(
        at place: Key, _ request: WatchInstancesRequest, _ call: Call
    ) async throws -> WatchInstancesAnswer {
        let snapshot = try await call.store.read(folders(place))
        let entry = try snapshot.value(at: place, as: DirectoryEntry.self)?.value
        var answers = (entry?.instances ?? []).map {
            InstanceStandingAnswer($0, health: "HEALTHY", isServing: true)
        }
        answers += (entry?.others ?? []).map {
            InstanceStandingAnswer($0, health: "HEALTHY", isServing: false)
        }
        let services = try snapshot.values(in: .discoveryServices, as: DiscoveryService.self)
        let service = services.map(\.value).first {
            $0.namespace.text == request.namespaceName && $0.name.text == request.serviceName
        }
        guard entry != nil || service != nil else {
            throw Fault.registeredServiceNotFound(request.serviceName)
        }
        if let service {
            answers += try snapshot.instances(of: service).map { instance in
                let health = instance.health(in: service)
                return InstanceStandingAnswer(
                    DirectoryInstance(instance, of: service), health: health,
                    isServing: health != "UNHEALTHY")
            }
        }
        return WatchInstancesAnswer(
            instances: answers.sorted { $0.id < $1.id }, cursor: snapshot.cursor.revision)
    }
}

extension InstanceStandingAnswer {
    fileprivate init(_ instance: DirectoryInstance, health: String, isServing: Bool) {
        id = instance.id
        address = instance.address.isEmpty ? instance.alias ?? "" : instance.address
        port = Int(instance.port)
        healthStatus = health
        revision = instance.revision
        weight = instance.weight ?? 1
        colour = instance.colour
        self.isServing = isServing
    }
}
