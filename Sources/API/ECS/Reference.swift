import Model

/// How clients refer to things: by ARN or by what stands at its end.
enum Reference {
    static func lastPart(of text: String) -> String {
        ResourceName(parsing: text)?.path.last ?? text
    }

    /// `default` when the request names none.
    static func cluster(_ text: String?) -> ClusterName {
        guard let text, !text.isEmpty else { return Cluster.default }
        return ClusterName(lastPart(of: text))
    }

    static func service(_ text: String) -> ServiceName {
        ServiceName(lastPart(of: text))
    }

    /// `service-deployment/CLUSTER/SERVICE/ID`; `nil` for any other text.
    static func deployment(
        _ arn: String
    ) -> (id: ServiceDeploymentID, service: ServiceName, cluster: ClusterName)? {
        guard let parts = parts(of: arn, kind: "service-deployment") else { return nil }
        return (ServiceDeploymentID(parts[3]), ServiceName(parts[2]), ClusterName(parts[1]))
    }

    /// `service-revision/CLUSTER/SERVICE/ID`; `nil` for any other text.
    static func revision(
        _ arn: String
    ) -> (id: ServiceRevisionID, service: ServiceName, cluster: ClusterName)? {
        guard let parts = parts(of: arn, kind: "service-revision") else { return nil }
        return (ServiceRevisionID(parts[3]), ServiceName(parts[2]), ClusterName(parts[1]))
    }

    private static func parts(of arn: String, kind: String) -> [String]? {
        guard let path = ResourceName(parsing: arn)?.path, path.count == 4, path[0] == kind,
            path.allSatisfy({ !$0.isEmpty })
        else { return nil }
        return path
    }
}

/// `FAMILY` or `FAMILY:REVISION`, bare or at the end of an ARN.
struct TaskDefinitionReference {
    let family: String
    /// `nil` for the newest active one.
    let revision: Int?

    init(_ text: String) throws(Fault) {
        let name = Reference.lastPart(of: text)
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard let family = parts.first, !family.isEmpty, parts.count <= 2 else {
            throw .client("Invalid task definition: \(text). Give FAMILY or FAMILY:REVISION.")
        }
        self.family = String(family)
        guard parts.count == 2 else {
            revision = nil
            return
        }
        guard let number = Int(parts[1]), number > 0 else {
            throw .client("Invalid revision number. Number: \(parts[1])")
        }
        revision = number
    }
}

/// What may be a name: the rules of ECS's own error texts.
enum NameRules {
    static let lengthMax = 255

    /// Letters, digits, hyphens and underscores, 1 to 255 of them.
    static func isValid(_ name: String) -> Bool {
        (1...lengthMax).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || scalar == "-" || scalar == "_")
            }
    }
}

extension NameRules {
    /// A label of a domain name: letters, digits and hyphens within, 1 to 63 of them.
    static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && isValid(String(label)) && !label.contains("_")
            && label.first != "-" && label.last != "-"
    }
}
