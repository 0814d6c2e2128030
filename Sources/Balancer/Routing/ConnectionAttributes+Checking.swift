package import Model

extension ConnectionAttributes {
    /// Throws what is wrong with them, in the place called `field`.
    package func check(_ field: String) throws(ConfigurationDefect) {
        let field = "\(field).client_connections"
        try check(maximum, from: 1, "\(field).maximum")
        try check(maximumPerAddress, from: 0, "\(field).maximum_per_address")
        try check(maximumRequests, from: 0, "\(field).maximum_requests")
    }

    private func check(
        _ value: Int, from least: Int, _ field: String
    ) throws(ConfigurationDefect) {
        guard (least...1_000_000).contains(value) else {
            throw ConfigurationDefect(field, "must be \(least) to 1000000")
        }
    }
}
