/// What a forward action does besides sharing requests out by weight.
package struct ForwardOptions: Hashable, Sendable, Codable {
    /// Whether a request whose target group has no healthy target goes to the next group of the
    /// action that has weight and one, also where rescue is off. ALB never does that, so it is off
    /// by default.
    package var failover: Bool = false
    /// Whether a request that its target group failed may go to another one of the action that has
    /// had its requests. Off where a revision is looked at by itself, as on a test listener.
    package var rescue: Bool = true
    /// ALB's `TargetGroupStickinessConfig`, 1-604800: for how many seconds since its last response
    /// a client keeps its place on the scale of the weights, and so its target group until a shift
    /// of the weights takes that place; `nil` is off.
    package var stickinessSeconds: Int?
    /// Who gets copies of requests besides.
    package var mirror: RequestMirror?

    package init(
        failover: Bool = false, rescue: Bool = true, stickinessSeconds: Int? = nil,
        mirror: RequestMirror? = nil
    ) {
        self.failover = failover
        self.rescue = rescue
        self.stickinessSeconds = stickinessSeconds
        self.mirror = mirror
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        failover = try container.decodeIfPresent(Bool.self, forKey: .failover) ?? false
        rescue = try container.decodeIfPresent(Bool.self, forKey: .rescue) ?? true
        stickinessSeconds = try container.decodeIfPresent(Int.self, forKey: .stickinessSeconds)
        mirror = try container.decodeIfPresent(RequestMirror.self, forKey: .mirror)
    }
}
