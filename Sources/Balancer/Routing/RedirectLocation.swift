internal import Model

/// A redirect's location taken apart, placeholders and all, to see where it leads.
struct RedirectLocation {
    /// `nil` in one that begins with a path.
    let scheme: Substring?
    let host: Substring?
    /// `nil` where it is left out.
    let port: Substring?
    let path: Substring

    /// `nil` when it is neither a URL nor a path.
    init?(_ text: String) {
        var rest = text[...]
        if let colon = text.firstRange(of: "://") {
            let scheme = text[..<colon.lowerBound]
            guard ["http", "https", "#{protocol}"].contains(scheme.lowercased()) else { return nil }
            self.scheme = scheme
            rest = text[colon.upperBound...]
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            let authority = rest[..<end]
            rest = rest[end...]
            // What comes after a bracket or a brace is no part of an address or a placeholder.
            let last = authority.lastIndex { $0 == "]" } ?? authority.startIndex
            let colon = authority[last...].firstIndex(of: ":")
            host = authority[..<(colon ?? authority.endIndex)]
            port = colon.map { authority[authority.index(after: $0)...] }
            guard host?.isEmpty == false else { return nil }
        } else {
            guard text.hasPrefix("/"), !text.hasPrefix("//") else { return nil }
            scheme = nil
            host = nil
            port = nil
        }
        path = rest.prefix { $0 != "?" }
    }

    /// Whether every request would be sent to where it came: ALB wants one of protocol, host, port
    /// and path to be another.
    func leadsBack(to listener: Listener) -> Bool {
        let own = listener.protocol == .https ? "https" : "http"
        let scheme = scheme?.lowercased() ?? own
        let isSameScheme = scheme == own || scheme == "#{protocol}"
        return isSameScheme && (host == nil || host == "#{host}")
            && isSamePort(listener.port, own) && path == "/#{path}"
    }

    private func isSamePort(_ port: UInt16, _ scheme: String) -> Bool {
        guard host != nil, self.port != "#{port}" else { return true }
        let implied = scheme == "https" ? "443" : "80"
        return (self.port.map { $0.isEmpty ? implied[...] : $0 } ?? implied[...]) == "\(port)"
    }
}
