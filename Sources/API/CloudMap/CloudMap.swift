import Model
import Store

/// AWS Cloud Map: namespaces, services and their instances, and finding them without DNS.
enum CloudMap {
    static let table = OperationTable(
        target: "Route53AutoNaming_v20170314",
        operations: [
            "CreateHttpNamespace": Operation(createHTTPNamespace, casing: .pascal),
            "CreatePrivateDnsNamespace": Operation(createPrivateDNSNamespace, casing: .pascal),
            "CreatePublicDnsNamespace": Operation(createPublicDNSNamespace, casing: .pascal),
            "CreateService": Operation(createService, casing: .pascal),
            "DeleteNamespace": Operation(deleteNamespace, casing: .pascal),
            "DeleteService": Operation(deleteService, casing: .pascal),
            "DeleteServiceAttributes": Operation(deleteServiceAttributes, casing: .pascal),
            "DeregisterInstance": Operation(deregisterInstance, casing: .pascal),
            "DiscoverInstances": Operation(discoverInstances, casing: .pascal),
            "DiscoverInstancesRevision": Operation(discoverInstancesRevision, casing: .pascal),
            "GetInstance": Operation(getInstance, casing: .pascal),
            "GetInstancesHealthStatus": Operation(getInstancesHealthStatus, casing: .pascal),
            "GetNamespace": Operation(getNamespace, casing: .pascal),
            "GetOperation": Operation(getOperation, casing: .pascal),
            "GetService": Operation(getService, casing: .pascal),
            "GetServiceAttributes": Operation(getServiceAttributes, casing: .pascal),
            "ListInstances": Operation(listInstances, casing: .pascal),
            "ListNamespaces": Operation(listNamespaces, casing: .pascal),
            "ListOperations": Operation(listOperations, casing: .pascal),
            "ListServices": Operation(listServices, casing: .pascal),
            "ListTagsForResource": Operation(listTagsForResource, casing: .pascal),
            "RegisterInstance": Operation(registerInstance, casing: .pascal),
            "TagResource": Operation(tagResource, casing: .pascal),
            "UntagResource": Operation(untagResource, casing: .pascal),
            "UpdateHttpNamespace": Operation(updateNamespace, casing: .pascal),
            "UpdateInstanceCustomHealthStatus": Operation(
                updateInstanceCustomHealthStatus, casing: .pascal),
            "UpdatePrivateDnsNamespace": Operation(updateNamespace, casing: .pascal),
            "UpdatePublicDnsNamespace": Operation(updateNamespace, casing: .pascal),
            "UpdateService": Operation(updateService, casing: .pascal),
            "UpdateServiceAttributes": Operation(updateServiceAttributes, casing: .pascal),
        ],
        invalidInput: "InvalidInput")

    /// Attributes of an instance or of a service.
    static let attributesMax = 30
    static let attributeKeyCharactersMax = 255
    static let attributeValueCharactersMax = 1024
    static let attributeCharactersMax = 5000
    static let tagsMax = 200

    /// What an operation without a result answers.
    struct Nothing: Encodable {}

    static func check(_ attributes: [String: String]) throws(Fault) {
        let own = attributes.filter { !$0.key.hasPrefix("AWS_") }
        guard own.count <= attributesMax else {
            throw .invalidInput("Attributes may have \(attributesMax) elements besides AWS's own")
        }
        for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            guard (1...attributeKeyCharactersMax).contains(key.count) else {
                throw .invalidInput("a key of Attributes must have 1 to 255 characters: \(key)")
            }
            guard value.count <= attributeValueCharactersMax else {
                throw .invalidInput("Attributes.\(key) must have at most 1024 characters")
            }
        }
        guard own.reduce(0, { $0 + $1.key.count + $1.value.count }) <= attributeCharactersMax else {
            throw .invalidInput("Attributes must have at most 5000 characters in all")
        }
    }

    static func check(_ tags: [Tag]) throws(Fault) {
        guard tags.count <= tagsMax else {
            throw Fault("TooManyTagsException", "A resource may have \(tagsMax) tags.")
        }
        guard tags.allSatisfy({ (1...128).contains($0.key.count) }) else {
            throw .invalidInput("a tag's Key must have 1 to 128 characters")
        }
    }
}

extension Fault {
    static func invalidInput(_ message: String) -> Fault { Fault("InvalidInput", message) }

    static func namespaceNotFound(_ id: String) -> Fault {
        Fault("NamespaceNotFound", "There is no namespace \(id).")
    }

    static func registeredServiceNotFound(_ id: String) -> Fault {
        Fault("ServiceNotFound", "There is no service \(id).")
    }

    static func instanceNotFound(_ id: String) -> Fault {
        Fault("InstanceNotFound", "There is no instance \(id).")
    }

    static func resourceInUse(_ message: String) -> Fault { Fault("ResourceInUse", message) }
}

/// A `Filters` element of a List operation.
struct FilterRequest: Decodable {
    let name: String
    let values: [String]
    let condition: String?

    /// Whether a field with `value` passes.
    func accepts(_ value: String) throws(Fault) -> Bool {
        switch condition ?? "EQ" {
        case "EQ", "IN": return values.contains(value)
        case "BEGINS_WITH": return values.contains { value.hasPrefix($0) }
        case let other: throw .invalidInput("Condition \(other) cannot be used with \(name)")
        }
    }
}
