package import Model

/// What is done with a request; exactly one of the three is given.
package struct ActionDescription: Hashable, Sendable, Codable {
    package var forward: [ForwardDescription]?
    /// Beside `forward`: whether the next target group steps in for one without healthy targets;
    /// no when absent.
    package var failover: Bool?
    /// Whether a request that its target group failed may go to another group of `forward` that
    /// has had its requests; true when absent.
    package var rescue: Bool?
    /// Whether clients stay with their target groups; no when absent.
    package var targetGroupStickiness: TargetGroupStickinessDescription?
    /// Who gets copies of requests besides; nobody when absent.
    package var mirror: MirrorDescription?
    package var fixedResponse: FixedResponseDescription?
    package var redirect: RedirectDescription?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case forward
        case failover
        case rescue
        case targetGroupStickiness = "target_group_stickiness"
        case mirror
        case fixedResponse = "fixed_response"
        case redirect
    }
}

package struct ForwardDescription: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    /// In tenths of a percent; the weights of an action add up to 1000. May be absent when there
    /// is one target group.
    package var weight: Int?

    package init(targetGroup: TargetGroupName, weight: Int? = nil) {
        self.targetGroup = targetGroup
        self.weight = weight
    }

    private enum CodingKeys: String, CodingKey {
        case targetGroup = "target_group"
        case weight
    }
}

/// Copies of safe requests, whose answers are compared and thrown away.
package struct MirrorDescription: Hashable, Sendable, Codable {
    package var targetGroup: TargetGroupName
    /// 1-100; 100 when absent.
    package var percent: Int?

    private enum CodingKeys: String, CodingKey {
        case targetGroup = "target_group"
        case percent
    }
}

/// ALB's `TargetGroupStickinessConfig`.
package struct TargetGroupStickinessDescription: Hashable, Sendable, Codable {
    package var enabled: Bool
    /// 1-604800, renewed by every response; needed when it is enabled.
    package var durationSeconds: Int?

    private enum CodingKeys: String, CodingKey {
        case enabled
        case durationSeconds = "duration_seconds"
    }
}

package struct FixedResponseDescription: Hashable, Sendable, Codable {
    /// 200-599 without 3xx, as ALB takes it.
    package var statusCode: Int
    /// `text/plain` when absent.
    package var contentType: String?
    package var body: String?

    package init(statusCode: Int) {
        self.statusCode = statusCode
    }

    private enum CodingKeys: String, CodingKey {
        case statusCode = "status_code"
        case contentType = "content_type"
        case body
    }
}

/// Where a client is sent: as one `location`, or as ALB's parts of one, each of which is the
/// request's own when absent.
package struct RedirectDescription: Hashable, Sendable, Codable {
    /// 301 or 302.
    package var statusCode: Int
    /// May hold `#{protocol}` `#{host}` `#{port}` `#{path}` `#{query}`, as all parts may.
    package var location: String?
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    package var `protocol`: String?
    package var host: String?
    package var port: String?
    /// With its first slash.
    package var path: String?
    /// Without the question mark.
    package var query: String?

    package init(statusCode: Int, location: String? = nil) {
        self.statusCode = statusCode
        self.location = location
    }

    private enum CodingKeys: String, CodingKey {
        case statusCode = "status_code"
        case location
        case `protocol`
        case host
        case port
        case path
        case query
    }
}
