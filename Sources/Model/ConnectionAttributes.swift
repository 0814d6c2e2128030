/// How many connections and requests a listener takes from its clients. They are Teal's own: ALB
/// has fixed limits. Those that a record does not mention have their defaults.
package struct ConnectionAttributes: Hashable, Sendable, Codable {
    /// `client_connections.maximum`, 1-1000000: open at one time, in all workers together. What
    /// comes beyond is closed at once.
    package var maximum = 65_536
    /// `client_connections.maximum_per_address`, 0-1000000: of one client address, likewise; those
    /// of an IPv6 network of 64 bits are one. 0 is no limit.
    package var maximumPerAddress = 0
    /// `client_connections.maximum_requests`, 0-1000000: the response to the last one of so many
    /// says that the connection closes. 0 is no limit.
    package var maximumRequests = 0
    /// `client_connections.proxy_protocol.required`: whether each connection must begin with a
    /// header of the PROXY protocol, version 1 or 2, whose source is the client from then on.
    package var requiresProxyProtocol = false
    /// `client_connections.proxy_protocol.sources`, up to 100 blocks of addresses such as
    /// `10.0.0.0/8`: connections from elsewhere are closed at once. Without any, all are let in.
    package var proxyProtocolSources: [String] = []

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case maximum = "client_connections.maximum"
        case maximumPerAddress = "client_connections.maximum_per_address"
        case maximumRequests = "client_connections.maximum_requests"
        case requiresProxyProtocol = "client_connections.proxy_protocol.required"
        case proxyProtocolSources = "client_connections.proxy_protocol.sources"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ absent: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? absent
        }
        maximum = try value(.maximum, maximum)
        maximumPerAddress = try value(.maximumPerAddress, maximumPerAddress)
        maximumRequests = try value(.maximumRequests, maximumRequests)
        requiresProxyProtocol = try value(.requiresProxyProtocol, requiresProxyProtocol)
        proxyProtocolSources = try value(.proxyProtocolSources, proxyProtocolSources)
    }
}
