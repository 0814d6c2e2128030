/// Sends a client elsewhere.
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
        if !rest.isEmpty { parts.append(.text(Array(rest))) }
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

    /// The location for one request; `nil` when it would be too long, or needs the host of a
    /// request that names none.
    package func location(for request: RequestView, scheme: String, port: UInt16) -> [UInt8]? {
        var location: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): location += text
            case .protocol: location += Array(scheme.utf8)
            case .host:
                guard !request.host.isEmpty else { return nil }
                location += Array(request.host)
            case .port: location += Array(String(port).utf8)
            // Without its first slash: the location is written `/#{path}`.
            case .path: location += Array(request.path.dropFirst())
            case .query: location += Array(request.query)
            }
            guard location.count <= Redirect.locationBytesMax else { return nil }
        }
        // No query, no question mark.
        if parts.last == .query, request.query.isEmpty, location.last == UInt8(ascii: "?") {
            location.removeLast()
        }
        return location
    }
}
