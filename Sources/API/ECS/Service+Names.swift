import Model

extension Service {
    /// Refuses names that another service of the same name, in another cluster, has already: its
    /// tasks would be answered for this one's. Registries are shared on purpose.
    func checkNames(beside others: [Service], _ field: String) throws(FieldError) {
        for namespace in namespaces {
            let holder = others.first {
                $0.name == name && $0.cluster != cluster && $0.status != .inactive
                    && $0.namespaces.contains(namespace)
            }
            guard let holder else { continue }
            throw FieldError(
                field,
                "is wrong: in namespace \(namespace), \(name) is a service of cluster "
                    + "\(holder.cluster); give one of them another namespace or name")
        }
    }
}
