package import Model

/// A service's full name: names of services are unique only within their cluster.
package struct ServicePath: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let cluster: ClusterName
    package let service: ServiceName

    package init(_ service: ServiceName, in cluster: ClusterName) {
        self.cluster = cluster
        self.service = service
    }

    package var description: String { "\(cluster)/\(service)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.cluster, left.service) < (right.cluster, right.service)
    }
}

extension Service {
    package var path: ServicePath { ServicePath(name, in: cluster) }
}

extension ServiceDeployment {
    package var path: ServicePath { ServicePath(service, in: cluster) }

    /// Whether tasks are replaced in place, without target groups of their own.
    var isRolling: Bool { configuration.strategy == .rolling }
}

extension Task {
    /// `nil` for a task that RunTask started.
    package var path: ServicePath? { service.map { ServicePath($0, in: cluster) } }
}

extension Service {
    /// Everywhere its tasks are named, each place once.
    var places: [NamedPlace] {
        let registered = (serviceRegistries ?? []).map {
            NamedPlace(path: DirectoryPath($0.name, in: $0.namespace), registry: $0)
        }
        let own = namespaces.map {
            NamedPlace(path: DirectoryPath(name, in: $0), registry: nil)
        }
        var seen: Set<DirectoryPath> = []
        return (registered + own).filter { seen.insert($0.path).inserted }
    }
}

/// A place in the directory where a service's tasks are named.
struct NamedPlace {
    let path: DirectoryPath
    /// What asked for it; `nil` for the service's own names.
    let registry: ServiceRegistry?
}

/// Where a service's names live: what a `DirectoryEntry` is filed under.
package struct DirectoryPath: Hashable, Comparable, Sendable {
    package let namespace: NamespaceName
    package let service: ServiceName

    package init(_ service: ServiceName, in namespace: NamespaceName) {
        self.namespace = namespace
        self.service = service
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.namespace, left.service) < (right.namespace, right.service)
    }
}
