internal import Model

/// A rule's condition, compiled.
enum RuleMatcher: Sendable {
    case host([WildcardPattern])
    case path([WildcardPattern])
    case header(name: [UInt8], values: [WildcardPattern])
    case method([[UInt8]])
    case query([(key: WildcardPattern?, value: WildcardPattern)])
    case source([AddressBlock])

    func holds(for request: RequestView) -> Bool {
        switch self {
        case .host(let patterns):
            let host = request.head.host.of(request.bytes)
            return patterns.contains { $0.matches(host) }
        case .path(let patterns):
            let path = request.path
            return patterns.contains { $0.matches(path) }
        case .header(let name, let values):
            return name.withUnsafeBytes { RuleMatcher.header($0, values, request) }
        case .method(let methods):
            let method = request.head.methodRange.of(request.bytes)
            return methods.contains { $0.elementsEqual(method) }
        case .query(let pairs):
            return RuleMatcher.query(pairs, request.query)
        case .source(let blocks):
            return blocks.contains { $0.holds(request.client) }
        }
    }

    /// A field that comes several times holds when one of its values does.
    private static func header(
        _ name: UnsafeRawBufferPointer, _ values: [WildcardPattern], _ request: RequestView
    ) -> Bool {
        request.fields.contains { field in
            guard field.name.of(request.bytes).equals(ignoringCase: name) else { return false }
            let text = field.value.of(request.bytes)
            return values.contains { $0.matches(text) }
        }
    }

    private static func query(
        _ pairs: [(key: WildcardPattern?, value: WildcardPattern)],
        _ text: UnsafeRawBufferPointer
    ) -> Bool {
        text.split(separator: UInt8(ascii: "&")).contains { part in
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let key = UnsafeRawBufferPointer(rebasing: part[..<(equals ?? part.endIndex)])
            let value = UnsafeRawBufferPointer(
                rebasing: part[(equals.map { $0 + 1 } ?? part.endIndex)...])
            return pairs.contains { pair in
                (pair.key.map { $0.matches(key) } ?? true) && pair.value.matches(value)
            }
        }
    }
}
