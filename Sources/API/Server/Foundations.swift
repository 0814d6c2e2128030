package import Model
package import Store

/// What exists before anyone asks for it: the cluster and the namespace called `default`.
package enum Foundations {
    package static func lay(in store: any Store, at now: Instant) async throws {
        try await put(
            Cluster(name: Cluster.default, createdAt: now), .cluster(Cluster.default), store)
        let namespace: NamespaceName = "default"
        try await put(
            Namespace(name: namespace, createdAt: now), .namespace(namespace), store)
    }

    private static func put(
        _ value: some Encodable, _ key: Key, _ store: any Store
    ) async throws {
        do {
            try await store.commit(Transaction([try .put(key, value)], if: [.absent(key)]))
        } catch StoreError.conflict {
            // It is there already.
        }
    }
}
