import Foundation

/// Where a running Teal listens; `teal up` writes it, clients read it.
struct Endpoints: Codable, Equatable, Sendable {
    var api: SocketAddress
    var dns: SocketAddress
    var metrics: SocketAddress

    func write(to folder: DataFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(self).write(
            to: URL(fileURLWithPath: folder.endpoints), options: .atomic)
    }

    static func read(from folder: DataFolder) throws -> Endpoints {
        guard let data = FileManager.default.contents(atPath: folder.endpoints) else {
            throw Failure(
                "no Teal has been started from \(folder.path)",
                remedy: "start one with `teal up`, or name its data folder: --data DIR")
        }
        return try JSONDecoder().decode(Endpoints.self, from: data)
    }
}

/// An address and a port: `127.0.0.1:8400`, `[::1]:8400`.
struct SocketAddress: Codable, Equatable, Sendable, CustomStringConvertible {
    var host: String
    var port: UInt16

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension SocketAddress {
    /// `HOST:PORT`, `[IPV6]:PORT`, or a port alone on `host`; 0 is any free port.
    init?(parsing text: String, host: String) {
        if let port = UInt16(text) {
            self.init(host: host, port: port)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var name = String(text[..<colon])
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        guard !name.isEmpty else { return nil }
        self.init(host: name, port: port)
    }
}
