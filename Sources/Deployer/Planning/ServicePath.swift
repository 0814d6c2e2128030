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
