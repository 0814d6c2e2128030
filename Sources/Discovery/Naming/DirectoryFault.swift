package import Model

/// Why a namespace, a service or an instance has no name that DNS can answer.
package enum DirectoryFault: Error, Hashable, CustomStringConvertible {
    case namespace(NamespaceName, DNSNameFault)
    case service(ServiceName, DNSNameFault)
    case instance(String, of: ServiceName, DNSNameFault)
    case address(String, instance: String, of: ServiceName)

    package var description: String {
        switch self {
        case .namespace(let namespace, let fault):
            "namespace \"\(namespace)\" is not a domain name: \(fault)"
        case .service(let service, let fault):
            "service \"\(service)\" cannot be a part of a domain name: \(fault)"
        case .instance(let id, let service, let fault):
            "instance \"\(id)\" of service \"\(service)\" cannot be a label: \(fault)"
        case .address(let text, let id, let service):
            "address \"\(text)\" of instance \"\(id)\" of service \"\(service)\" is neither an "
                + "IPv4 nor an IPv6 address: write one, without brackets and port"
        }
    }
}

extension DNSName {
    /// The apex of a namespace's zone: bare names are below `teal`.
    package init(domainOf namespace: NamespaceName) throws(DNSNameFault) {
        let text = namespace.text
        try self.init(text.contains(".") ? text : text + "." + Namespace.suffix)
    }
}
