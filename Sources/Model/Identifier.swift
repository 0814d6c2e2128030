/// A name that cannot be mistaken for another noun's name.
///
/// `Identifier<Task>` and `Identifier<Service>` are different types with the same text inside.
/// In JSON it is the bare string.
package struct Identifier<Noun>: Hashable, Comparable, Sendable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral, CodingKeyRepresentable
{
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package init(stringLiteral text: String) {
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package var codingKey: any CodingKey { FieldName(text) }

    package init?(codingKey: some CodingKey) {
        text = codingKey.stringValue
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.text < right.text
    }
}

package typealias ClusterName = Identifier<Cluster>
package typealias ServiceName = Identifier<Service>
package typealias TaskID = Identifier<Task>
package typealias ContainerInstanceID = Identifier<ContainerInstance>
package typealias ServiceRevisionID = Identifier<ServiceRevision>
package typealias ServiceDeploymentID = Identifier<ServiceDeployment>
package typealias LoadBalancerName = Identifier<LoadBalancer>
package typealias ListenerName = Identifier<Listener>
package typealias RuleName = Identifier<Rule>
package typealias TargetGroupName = Identifier<TargetGroup>
package typealias TargetID = Identifier<Target>
package typealias BalancerID = Identifier<BalancerRegistration>
package typealias NamespaceName = Identifier<Namespace>
package typealias AlarmName = Identifier<Alarm>
package typealias DiscoveryServiceID = Identifier<DiscoveryService>
