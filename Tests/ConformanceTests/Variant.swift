import Model

/// The listeners that cases are sent to: each has another setting.
enum Variant: String, CaseIterable {
    case plain
    case monitor
    case strictest
    case preserveHost = "preserve-host"
    case preserveForwardedFor = "preserve-xff"
    case removeForwardedFor = "remove-xff"
    case clientPort = "client-port"
    case dropInvalid = "drop-invalid"
    case insertion
    /// With the shortest idle timeout there is.
    case hasty

    /// The listener's rules send these paths elsewhere than to the upstream.
    static let fixedPath = "/fixed"

    /// One of loopback's own for each: two listeners that take any port must differ in that.
    var address: String {
        "127.0.0.\(1 + (Variant.allCases.firstIndex(of: self) ?? 0))"
    }

    var listener: Listener {
        var listener = Listener(
            name: Identifier(rawValue), loadBalancer: "conformance", address: address, port: 0,
            rules: [fixed],
            defaultAction: .forward([WeightedTargetGroup(targetGroup: "upstream", weight: 1000)]))
        var routing = RoutingAttributes()
        switch self {
        case .plain: break
        case .monitor: routing.desyncMitigationMode = .monitor
        case .strictest: routing.desyncMitigationMode = .strictest
        case .preserveHost: routing.preservesHostHeader = true
        case .preserveForwardedFor: routing.forwardedForMode = .preserve
        case .removeForwardedFor: routing.forwardedForMode = .remove
        case .clientPort: routing.forwardsClientPort = true
        case .dropInvalid: routing.dropsInvalidHeaderFields = true
        case .hasty: listener.idleTimeoutSeconds = 1
        case .insertion: listener.responses = Variant.insertions
        }
        listener.routing = routing
        return listener
    }

    private var fixed: Rule {
        Rule(
            name: Identifier("\(rawValue)-fixed"), listener: Identifier(rawValue), priority: 1,
            conditions: [.pathPattern([Variant.fixedPath])],
            action: .fixedResponse(statusCode: 200, contentType: "text/plain", body: "fixed"))
    }

    private static let insertions: ResponseAttributes = {
        var responses = ResponseAttributes()
        responses.passesServer = false
        responses.values = [
            .strictTransportSecurity: "max-age=31536000", .xFrameOptions: "DENY",
        ]
        return responses
    }()
}
