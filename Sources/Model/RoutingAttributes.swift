/// What a load balancer does to the requests that pass through it: ALB's load balancer attributes
/// `routing.http.*`. Those that a record does not mention have ALB's defaults.
package struct RoutingAttributes: Hashable, Sendable, Codable {
    /// `desync_mitigation_mode`.
    package var desyncMitigationMode = DesyncMitigationMode.defensive
    /// `drop_invalid_header_fields.enabled`: fields whose names have other characters than letters,
    /// digits and hyphens do not pass.
    package var dropsInvalidHeaderFields = false
    /// `preserve_host_header.enabled`: Host passes as the client wrote it.
    package var preservesHostHeader = false
    /// `xff_header_processing.mode`.
    package var forwardedForMode = ForwardedForMode.append
    /// `xff_client_port.enabled`: what is appended to X-Forwarded-For has the client's port.
    package var forwardsClientPort = false

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case desyncMitigationMode = "routing.http.desync_mitigation_mode"
        case dropsInvalidHeaderFields = "routing.http.drop_invalid_header_fields.enabled"
        case preservesHostHeader = "routing.http.preserve_host_header.enabled"
        case forwardedForMode = "routing.http.xff_header_processing.mode"
        case forwardsClientPort = "routing.http.xff_client_port.enabled"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func flag(_ key: CodingKeys) throws -> Bool {
            try container.decodeIfPresent(Bool.self, forKey: key) ?? false
        }
        func mode<Mode: RawRepresentable<String> & CaseIterable>(
            _ key: CodingKeys, _ absent: Mode
        ) throws -> Mode {
            guard let text = try container.decodeIfPresent(String.self, forKey: key) else {
                return absent
            }
            if let mode = Mode(rawValue: text) { return mode }
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container,
                debugDescription: "must be one of "
                    + Mode.allCases.map(\.rawValue).joined(separator: ", "))
        }
        desyncMitigationMode = try mode(.desyncMitigationMode, desyncMitigationMode)
        dropsInvalidHeaderFields = try flag(.dropsInvalidHeaderFields)
        preservesHostHeader = try flag(.preservesHostHeader)
        forwardedForMode = try mode(.forwardedForMode, forwardedForMode)
        forwardsClientPort = try flag(.forwardsClientPort)
    }
}

/// What becomes of requests that two servers might read differently though each may read them.
///
/// Requests that are plainly wrong are refused in every mode.
package enum DesyncMitigationMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// All that can be read passes.
    case monitor
    /// Ambiguous requests pass, and both their connections end with them.
    case defensive
    /// Only what follows the RFCs in every point passes.
    case strictest
}

/// What becomes of the X-Forwarded-For that a client sent.
package enum ForwardedForMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// The client's address goes to its end.
    case append
    /// It passes as it came, or not at all.
    case preserve
    case remove
}
