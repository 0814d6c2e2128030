/// The protocol that a connection is asked to change to (RFC 9110, 7.8).
package enum Upgrade: UInt8, Sendable, BitwiseCopyable {
    case none
    case webSocket
    /// Any other one that is nobody's way around a proxy.
    case other

    /// Takes the value of an Upgrade field. HTTP in another version would carry requests past us,
    /// so that is not passed on; nor is a list, of which nobody here could choose.
    init(_ value: UnsafeRawBufferPointer) {
        let isToken = !value.isEmpty && value.allSatisfy { Token.holds($0) || $0 == Byte.slash }
        let name = UnsafeRawBufferPointer(
            rebasing: value[..<(value.firstIndex(of: Byte.slash) ?? value.count)])
        if value.equals("websocket") {
            self = .webSocket
        } else if isToken, !name.equals("http"), !name.equals("h2c"), !name.equals("h2"),
            !name.equals("tls")
        {
            self = .other
        } else {
            self = .none
        }
    }
}

extension UnsafeBufferPointer<Field> {
    /// Writes Connection and Upgrade as the same head has the latter.
    func writeUpgrade(to writer: inout ByteWriter, _ bytes: UnsafeRawBufferPointer) {
        guard let field = first(where: { $0.kind == .upgrade }) else { return }
        writer.append("Connection: upgrade\r\nUpgrade: ")
        writer.append(field.value.of(bytes))
        writer.append("\r\n")
    }
}
