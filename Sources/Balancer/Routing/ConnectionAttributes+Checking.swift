package import Model

extension ConnectionAttributes {
    /// Throws what is wrong with them, in the place called `field`.
    package func check(_ field: String) throws(ConfigurationDefect) {
        let field = "\(field).client_connections"
        try check(maximum, from: 1, "\(field).maximum")
        try check(maximumPerAddress, from: 0, "\(field).maximum_per_address")
        try check(maximumRequests, from: 0, "\(field).maximum_requests")
        try checkSources("\(field).proxy_protocol.sources")
    }

    private func checkSources(_ field: String) throws(ConfigurationDefect) {
        guard requiresProxyProtocol || proxyProtocolSources.isEmpty else {
            throw ConfigurationDefect(
                field, "needs client_connections.proxy_protocol.required true")
        }
        guard proxyProtocolSources.count <= ProxyTrust.sourcesMax else {
            throw ConfigurationDefect(field, "may hold \(ProxyTrust.sourcesMax) blocks at most")
        }
        for source in proxyProtocolSources where AddressBlock(source) == nil {
            throw ConfigurationDefect(field, "'\(source)' is no block such as 10.0.0.0/8")
        }
    }

    private func check(
        _ value: Int, from least: Int, _ field: String
    ) throws(ConfigurationDefect) {
        guard (least...1_000_000).contains(value) else {
            throw ConfigurationDefect(field, "must be \(least) to 1000000")
        }
    }
}
