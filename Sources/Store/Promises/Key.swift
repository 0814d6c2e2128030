/// Where a record lives: a readable path such as `/services/default/hello`.
///
/// Keys under `/live/` are soft state: bound to a lease, lost freely, never synced to disk. All
/// other keys are durable.
package struct Key: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let path: String

    /// Joins `parts` with slashes. A slash or percent sign inside a part is percent-encoded, so
    /// that no name can reach into another's folder.
    package init(_ parts: String...) {
        self.init(parts: parts)
    }

    package init(parts: [String]) {
        path = parts.map { "/" + Key.escaped($0) }.joined()
    }

    /// Takes `path` as it stands: for implementations that read keys back.
    package init(path: String) {
        self.path = path
    }

    package var isLive: Bool { path.hasPrefix("/live/") }

    /// Whether this key is `folder` itself or lies below it.
    package func lies(in folder: Key) -> Bool {
        guard path.utf8.count > folder.path.utf8.count else { return path == folder.path }
        return path.hasPrefix(folder.path + "/")
    }

    package var description: String { path }

    package static func < (left: Key, right: Key) -> Bool {
        left.path < right.path
    }

    private static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") })
        else { return part }
        return part.reduce(into: "") { result, character in
            switch character {
            case "/": result += "%2F"
            case "%": result += "%25"
            default: result.append(character)
            }
        }
    }
}
