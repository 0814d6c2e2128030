internal import Model

/// What a listener puts into all its responses and takes off them, compiled.
package struct ResponseAdditions: Sendable {
    /// The fields as they are written.
    package let lines: [UInt8]
    /// Names of the target's fields that do not pass, in lower case.
    private let replaced: [[UInt8]]
    private let passesServer: Bool

    /// Longer than any set of values may be.
    package static let linesBytesMax = 16 * 1024

    /// `nil` when there is nothing to do.
    init?(_ attributes: ResponseAttributes, _ field: String) throws(ConfigurationDefect) {
        try attributes.check(field)
        var lines: [UInt8] = []
        var replaced: [[UInt8]] = []
        for name in ResponseField.allCases {
            guard let value = attributes.values[name], !value.isEmpty else { continue }
            lines += Array("\(name.name): \(value)\r\n".utf8)
            replaced.append(Array(name.name.lowercased().utf8))
        }
        guard !lines.isEmpty || !attributes.passesServer else { return nil }
        self.lines = lines
        self.replaced = replaced
        passesServer = attributes.passesServer
    }

    func passes(_ field: Field, of bytes: UnsafeRawBufferPointer) -> Bool {
        guard passesServer || field.kind != .server else { return false }
        let name = field.name.of(bytes)
        return !replaced.contains { text in
            text.withUnsafeBytes { $0.equals(ignoringCase: name) }
        }
    }
}

extension ResponseAttributes {
    /// Throws what is wrong with them, in the place called `field`.
    package func check(_ field: String) throws(ConfigurationDefect) {
        for name in ResponseField.allCases {
            guard let value = values[name] else { continue }
            let bytes = Array(value.utf8)
            guard bytes.count <= ResponseAttributes.valueBytesMax,
                bytes.allSatisfy({ (32...126).contains($0) }), bytes.first != Byte.space,
                bytes.last != Byte.space
            else {
                throw ConfigurationDefect(
                    "\(field).\(name.attribute)",
                    "must be at most \(ResponseAttributes.valueBytesMax) visible ASCII characters"
                        + " without a blank at either end")
            }
        }
    }
}
