import FoundationEssentials
import Model
import Store

/// `GET /http_sd`: the instances of services, as Prometheus' HTTP service discovery reads them.
///
/// Every instance that discovery knows is listed, whether healthy or not: a target that is down is
/// what a monitor is for. Each is a group of its own, because its labels are.
struct ScrapeTargets {
    let store: any Store
    let verifier: SignatureVerifier

    static let path = "/http_sd"

    /// One of the page's groups.
    struct Group: Encodable, Hashable {
        let targets: [String]
        let labels: [String: String]
    }

    /// Which instances are asked for; all where nothing is said.
    private struct Wish {
        var namespace: NamespaceName?
        var service: ServiceName?

        init(_ query: String) throws(FieldError) {
            for field in query.split(separator: "&") {
                let parts = field.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let value = String(
                    decoding: PercentEncoding.decoded(parts.count > 1 ? parts[1] : ""),
                    as: UTF8.self)
                switch parts[0] {
                case "namespace": namespace = NamespaceName(value)
                case "service": service = ServiceName(value)
                default:
                    throw FieldError(String(parts[0]), "is not known; use namespace and service")
                }
            }
        }

        func includes(_ namespace: NamespaceName, _ service: ServiceName) -> Bool {
            self.namespace ?? namespace == namespace && self.service ?? service == service
        }
    }

    func answer(_ request: APIRequest) async -> APIResponse {
        guard let shown = BasicCredentials(request), verifier.accepts(shown) else {
            var refusal = text(401, "Basic authentication with the access key and its secret.")
            refusal.headers.append(
                APIRequest.Header("www-authenticate", BasicCredentials.challenge))
            return refusal
        }
        do {
            let groups = try await groups(try Wish(request.query))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return APIResponse(
                status: 200, headers: [APIRequest.Header("content-type", "application/json")],
                body: [UInt8](try encoder.encode(groups)))
        } catch let error as FieldError {
            return text(400, error.description)
        } catch {
            return text(500, "\(error)")
        }
    }

    private func text(_ status: Int, _ sentence: String) -> APIResponse {
        APIResponse(
            status: status,
            headers: [APIRequest.Header("content-type", "text/plain; charset=utf-8")],
            body: Array((sentence + "\n").utf8))
    }

    /// By namespace, service and instance.
    private func groups(_ wish: Wish) async throws -> [Group] {
        let snapshot = try await store.read([
            .directory, .discoveryServices, .discoveryInstances, .instanceHealth,
        ])
        var found: [(namespace: NamespaceName, service: ServiceName, group: [ScrapeTarget])] = []
        for entry in try snapshot.values(in: Key.directory, as: DirectoryEntry.self).map(\.value)
        where wish.includes(entry.namespace, entry.service) {
            let serving = entry.instances.map { ScrapeTarget($0, health: "HEALTHY", true) }
            let others = (entry.others ?? []).map { ScrapeTarget($0, health: "HEALTHY", false) }
            found.append((entry.namespace, entry.service, serving + others))
        }
        let services = try snapshot.values(in: Key.discoveryServices, as: DiscoveryService.self)
        for service in services.map(\.value) where wish.includes(service.namespace, service.name) {
            let targets = try snapshot.instances(of: service).map { instance in
                let health = instance.health(in: service)
                return ScrapeTarget(
                    DirectoryInstance(instance, of: service), health: health,
                    health != "UNHEALTHY")
            }
            found.append((service.namespace, service.name, targets))
        }
        let ordered = found.flatMap { place in
            place.group.map { (place.namespace, place.service, $0) }
        }.sorted { ($0.0, $0.1, $0.2.instance.id) < ($1.0, $1.1, $1.2.instance.id) }
        return ordered.compactMap { namespace, service, target in
            target.group(namespace, service)
        }
    }
}

/// One instance on the page.
private struct ScrapeTarget {
    let instance: DirectoryInstance
    let health: String
    /// Whether the service's name leads to it.
    let isServing: Bool

    init(_ instance: DirectoryInstance, health: String, _ isServing: Bool) {
        self.instance = instance
        self.health = health
        self.isServing = isServing
    }

    /// `nil` for one that has neither an address nor a name to reach it by.
    func group(_ namespace: NamespaceName, _ service: ServiceName) -> ScrapeTargets.Group? {
        let place = instance.address.isEmpty ? instance.alias ?? "" : instance.address
        guard !place.isEmpty else { return nil }
        let host = place.contains(":") ? "[\(place)]" : place
        var labels = [
            "namespace": namespace.text, "service": service.text, "instance_id": instance.id,
            "health": health, "serving": String(isServing),
        ]
        labels["revision"] = instance.revision.map(String.init)
        labels["colour"] = instance.colour?.rawValue
        for (name, value) in (instance.attributes ?? [:]).sorted(by: { $0.key < $1.key }) {
            labels["attribute_" + Self.labelName(name)] = value
        }
        for tag in instance.tags ?? [] {
            labels["tag_" + Self.labelName(tag.key)] = tag.value ?? ""
        }
        return ScrapeTargets.Group(
            targets: [instance.port > 0 ? "\(host):\(instance.port)" : host],
            labels: Dictionary(uniqueKeysWithValues: labels.map { ("__meta_teal_\($0)", $1) }))
    }

    /// What is no letter, digit or underscore becomes one, as in Prometheus' own discoveries.
    private static func labelName(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                let isFit =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isFit ? Character(scalar) : "_"
            })
    }
}
