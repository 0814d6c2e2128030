import FoundationEssentials
import Model

/// How a service writes the names of its fields: ECS `serviceName`, Cloud Map `ServiceName`.
enum Casing: Sendable {
    case camel
    case pascal

    /// Reads a service's names as Swift writes them. Keys of maps are data and stay.
    var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        if self == .pascal {
            decoder.keyDecodingStrategy = .custom { path in
                FieldName(Casing.lowered(path.last?.stringValue ?? ""))
            }
        }
        return decoder
    }

    /// Writes Swift's names as the service has them.
    var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        if self == .pascal {
            encoder.keyEncodingStrategy = .custom { path in
                FieldName(Casing.raised(path.last?.stringValue ?? ""))
            }
        }
        return encoder
    }

    /// Names that are abbreviations as a whole.
    private static let abbreviations = ["soa", "ttl"]

    private static func lowered(_ name: String) -> String {
        let lower = name.lowercased()
        if abbreviations.contains(lower) { return lower }
        return String(lower.prefix(1)) + name.dropFirst()
    }

    private static func raised(_ name: String) -> String {
        if abbreviations.contains(name) { return name.uppercased() }
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
