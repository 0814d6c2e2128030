package import Model
internal import Routing

/// A listener's attributes in the file, where those of its responses stand beside those of its
/// connections.
package struct ListenerAttributes: Hashable, Sendable, Codable {
    package var responses: ResponseAttributes
    package var connections: ConnectionAttributes

    package init(from decoder: any Decoder) throws {
        responses = try ResponseAttributes(from: decoder)
        connections = try ConnectionAttributes(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try responses.encode(to: encoder)
        try connections.encode(to: encoder)
    }

    /// Throws what the balancer does not take.
    func check(_ field: String) throws(FieldError) {
        do throws(ConfigurationDefect) {
            try responses.check(field)
            try connections.check(field)
        } catch {
            throw FieldError(error.field, error.problem)
        }
    }
}
