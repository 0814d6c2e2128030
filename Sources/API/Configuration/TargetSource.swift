package import Model

/// Where a stand-alone balancer finds targets: at an address, or behind a name that it looks up.
package enum TargetSource: Hashable, Sendable, CustomStringConvertible {
    case address(IPAddress, port: UInt16)
    /// All addresses of a host, A and AAAA, at one port.
    case host(String, port: UInt16)
    /// All that an SRV record names, each at its own port (RFC 2782).
    case service(String)

    /// Reads `ADDRESS:PORT`, `[IPV6]:PORT`, `HOST:PORT`, or a name alone, which stands for its SRV
    /// record. `localhost` is this machine (RFC 6761), whatever DNS says.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            guard TargetSource.isHostName(text), IPAddress(text) == nil else { return nil }
            self = .service(text)
            return
        }
        guard let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let address = IPAddress(host.dropFirst().dropLast()) else { return nil }
            self = .address(address, port: port)
        } else if let address = host == "localhost" ? .v4(0x7F00_0001) : IPAddress(host) {
            guard case .v4 = address else { return nil }
            self = .address(address, port: port)
        } else {
            guard TargetSource.isHostName(String(host)) else { return nil }
            self = .host(String(host), port: port)
        }
    }

    /// Letters, digits, hyphens and underscores between dots; not all digits, as addresses are.
    private static func isHostName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))
                }
        }
        return isPlain && text.utf8.count <= 253 && labels.last?.allSatisfy(\.isNumber) == false
    }

    package var description: String {
        switch self {
        case .address(.v4(let number), let port): "\(IPAddress.v4(number)):\(port)"
        case .address(let address, let port): "[\(address)]:\(port)"
        case .host(let name, let port): "\(name):\(port)"
        case .service(let name): name
        }
    }
}

extension Target {
    /// A target that is known by its address alone.
    package init(at address: IPAddress, port: UInt16) {
        let place = TargetSource.address(address, port: port)
        self.init(id: TargetID("\(place)"), address: "\(address)", port: port)
    }
}
