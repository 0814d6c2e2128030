/// What a rule does with a request, compiled.
package enum CompiledAction: Sendable {
    case forward(ForwardPlan)
    case fixedResponse(FixedResponse)
    case redirect(Redirect)
}

/// A choice among target groups by weight.
package struct ForwardPlan: Hashable, Sendable {
    package struct Share: Hashable, Sendable {
        /// The group's index in the routing table.
        package let group: Int
        package let weight: UInt32
    }

    /// Groups of weight zero are left out.
    package let shares: [Share]
    package let totalWeight: UInt32

    package init(_ shares: [(group: Int, weight: Int)]) {
        self.shares = shares.filter { $0.weight > 0 }
            .map { Share(group: $0.group, weight: UInt32($0.weight)) }
        totalWeight = self.shares.reduce(0) { $0 + $1.weight }
    }

    /// The group whose part of the scale `random` falls on; `nil` when all weights are zero.
    ///
    /// Every request is drawn by itself, so that what the two sides get can be compared.
    package func pick(_ random: UInt64) -> Int? {
        guard shares.count != 1 else { return shares[0].group }
        guard totalWeight > 0 else { return nil }
        var point = UInt32(random % UInt64(totalWeight))
        for share in shares {
            if point < share.weight { return share.group }
            point -= share.weight
        }
        return nil
    }
}

package struct FixedResponse: Hashable, Sendable {
    package let status: Int
    package let contentType: [UInt8]
    package let body: [UInt8]
}

package struct Redirect: Hashable, Sendable {
    package let status: Int
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case text([UInt8])
        case `protocol`
        case host
        case port
        case path
        case query
    }

    /// The longest location sent.
    package static let locationBytesMax = 8192

    /// Takes ALB's placeholders; `nil` when there is one that it does not have.
    package init?(status: Int, location: String) {
        self.status = status
        var parts: [Part] = []
        var rest = Array(location.utf8)[...]
        let opening = Array("#{".utf8)
        while let start = rest.indices.first(where: { rest[$0...].starts(with: opening) }) {
            parts.append(.text(Array(rest[..<start])))
            guard let end = rest[start...].firstIndex(of: UInt8(ascii: "}")),
                let part = Redirect.placeholder(
                    String(decoding: rest[(start + 2)..<end], as: UTF8.self))
            else { return nil }
            parts.append(part)
            rest = rest[(end + 1)...]
        }
        parts.append(.text(Array(rest)))
        self.parts = parts
    }

    private static func placeholder(_ name: String) -> Part? {
        switch name {
        case "protocol": .protocol
        case "host": .host
        case "port": .port
        case "path": .path
        case "query": .query
        default: nil
        }
    }

    /// The location for one request; `nil` when it would be too long.
    package func location(for request: RequestView, scheme: String, port: UInt16) -> [UInt8]? {
        var location: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): location += text
            case .protocol: location += Array(scheme.utf8)
            case .host: location += Array(request.head.host.of(request.bytes))
            case .port: location += Array(String(port).utf8)
            // Without its first slash: the location is written `/#{path}`.
            case .path: location += Array(request.path.dropFirst())
            case .query: location += Array(request.query)
            }
            guard location.count <= Redirect.locationBytesMax else { return nil }
        }
        return location
    }
}
