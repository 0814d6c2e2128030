package import Model

/// All that a rule may look at.
package struct RequestView {
    let head: RequestHead
    let fields: UnsafeBufferPointer<Field>
    let bytes: UnsafeRawBufferPointer
    let client: IPAddress

    package init(
        head: RequestHead, fields: UnsafeBufferPointer<Field>, bytes: UnsafeRawBufferPointer,
        client: IPAddress
    ) {
        self.head = head
        self.fields = fields
        self.bytes = bytes
        self.client = client
    }

    var path: UnsafeRawBufferPointer {
        let target = head.target.of(bytes)
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        return UnsafeRawBufferPointer(rebasing: target[..<end])
    }

    /// Without the question mark.
    var query: UnsafeRawBufferPointer {
        let target = head.target.of(bytes)
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: target[(mark + 1)...])
    }
}
