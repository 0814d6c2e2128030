/// Where a record lives: a readable path such as `/services/default/hello`.
///
/// Keys under `/live/` are soft state: bound to a lease, lost freely, never synced to disk. All
/// other keys are durable.
package struct Key: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let path: String

    /// Joins `parts` with slashes. A slash, a percent sign and whatever is not printable ASCII is
    /// percent-encoded inside a part: no name can reach into another's folder, and keys have the
    /// same order and equality as text and as bytes.
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

    package func lies(inAny folders: [Key]) -> Bool {
        folders.contains { lies(in: $0) }
    }

    /// `folders` without those that lie in another of them, sorted.
    package static func outermost(_ folders: [Key]) -> [Key] {
        var result: [Key] = []
        for folder in folders.sorted() where !folder.lies(inAny: result) {
            result.append(folder)
        }
        return result
    }

    /// Whether this key can be written: slash and part in turn, printable ASCII, not too long.
    package var isWellFormed: Bool {
        let bytes = path.utf8
        guard bytes.count <= Limits.keyBytesMax, bytes.first == UInt8(ascii: "/") else {
            return false
        }
        return bytes.allSatisfy { $0 >= UInt8(ascii: " ") && $0 <= UInt8(ascii: "~") }
            && bytes.last != UInt8(ascii: "/") && !path.contains("//")
    }

    package var description: String { path }

    package static func < (left: Key, right: Key) -> Bool {
        left.path < right.path
    }

    private static func escaped(_ part: String) -> String {
        guard !part.utf8.allSatisfy(isPlain) else { return part }
        return part.utf8.reduce(into: "") { result, byte in
            if isPlain(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0" + digits : "%" + digits
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: " ") && byte <= UInt8(ascii: "~")
            && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "%")
    }
}
