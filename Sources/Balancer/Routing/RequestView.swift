package import Model

/// All that a rule may look at.
package struct RequestView {
    let head: RequestHead
    let fields: UnsafeBufferPointer<Field>
    let bytes: UnsafeRawBufferPointer
    let client: AddressBytes
    let host: UnsafeRawBufferPointer
    /// As the client wrote it, percent-encoding and all; `/` when it is left out.
    let path: UnsafeRawBufferPointer
    /// Without the question mark.
    let query: UnsafeRawBufferPointer

    package init(
        head: RequestHead, fields: UnsafeBufferPointer<Field>, bytes: UnsafeRawBufferPointer,
        client: IPAddress
    ) {
        self.head = head
        self.fields = fields
        self.bytes = bytes
        self.client = AddressBytes(client)
        host = head.host.of(bytes)
        let target = head.target.of(bytes)
        let mark = target.firstIndex(of: UInt8(ascii: "?"))
        let path = UnsafeRawBufferPointer(rebasing: target[..<(mark ?? target.count)])
        self.path = path.isEmpty ? RequestView.root : path
        query =
            mark.map { UnsafeRawBufferPointer(rebasing: target[($0 + 1)...]) }
            ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private static var root: UnsafeRawBufferPointer {
        let text: StaticString = "/"
        return UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
