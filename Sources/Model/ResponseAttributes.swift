/// What a listener does to all its responses: ALB's listener attributes `routing.http.response.*`.
///
/// A field with a value is in every response, in place of the target's own.
package struct ResponseAttributes: Hashable, Sendable, Codable {
    /// `server.enabled`: whether the target's Server field passes.
    package var passesServer = true
    /// Field values by attribute.
    package var values: [ResponseField: String] = [:]

    /// The longest value, in bytes.
    package static let valueBytesMax = 1024

    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys {
            if key.stringValue == Key.server {
                passesServer = try container.decode(Bool.self, forKey: key)
            } else if let field = ResponseField(attribute: key.stringValue) {
                values[field] = try container.decode(String.self, forKey: key)
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(passesServer, forKey: Key(stringValue: Key.server))
        for field in ResponseField.allCases {
            try container.encodeIfPresent(
                values[field], forKey: Key(stringValue: field.attribute))
        }
    }

    private struct Key: CodingKey {
        static let server = "routing.http.response.server.enabled"

        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }
}

/// A field that a listener can put into its responses, by the middle of its attribute's name.
package enum ResponseField: String, Hashable, Sendable, Codable, CaseIterable {
    case strictTransportSecurity = "strict_transport_security"
    case accessControlAllowOrigin = "access_control_allow_origin"
    case accessControlAllowMethods = "access_control_allow_methods"
    case accessControlAllowHeaders = "access_control_allow_headers"
    case accessControlAllowCredentials = "access_control_allow_credentials"
    case accessControlExposeHeaders = "access_control_expose_headers"
    case accessControlMaxAge = "access_control_max_age"
    case contentSecurityPolicy = "content_security_policy"
    case xContentTypeOptions = "x_content_type_options"
    case xFrameOptions = "x_frame_options"

    private static let prefix = "routing.http.response."
    private static let suffix = ".header_value"

    /// ALB's name of the attribute.
    package var attribute: String { ResponseField.prefix + rawValue + ResponseField.suffix }

    init?(attribute: String) {
        guard let field = ResponseField.allCases.first(where: { $0.attribute == attribute }) else {
            return nil
        }
        self = field
    }

    /// `Strict-Transport-Security` and so on.
    package var name: String {
        rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: "-")
    }
}
