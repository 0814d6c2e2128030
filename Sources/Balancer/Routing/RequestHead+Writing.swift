/// What a request gets on its way to a target, the same for every request of a connection.
package struct RequestSurroundings {
    /// The client's address in text.
    package var client: UnsafeRawBufferPointer
    /// `X-Forwarded-Proto: http CRLF X-Forwarded-Port: 8080 CRLF`.
    package var forwarded: UnsafeRawBufferPointer
    /// The listener's port.
    package var port: UInt16

    package init(
        client: UnsafeRawBufferPointer, forwarded: UnsafeRawBufferPointer, port: UInt16
    ) {
        self.client = client
        self.forwarded = forwarded
        self.port = port
    }
}

extension RequestHead {
    /// What a head can grow by on its way: one Host, X-Forwarded-* and framing fields.
    package static let growthBytesMax = 512

    /// Writes the request anew for a target: our own version, one Host, one framing field, and
    /// none of the fields that were meant for us alone.
    package func write(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer, _ surroundings: RequestSurroundings
    ) {
        writer.append(methodRange.of(bytes))
        writer.append(byte: Byte.space)
        let path = target.of(bytes)
        if path.isEmpty || path[0] == UInt8(ascii: "?") { writer.append("/") }
        writer.append(path)
        writer.append(" HTTP/1.1\r\nHost: ")
        writeHost(to: &writer, bytes, surroundings)
        let nominated = nominates
        writer.append(fields, of: bytes) { field in
            field.kind.passesToTarget
                && !(nominated && field.isNominated(by: fields, of: bytes))
        }
        writeForwarded(to: &writer, fields, bytes, surroundings)
        switch framing {
        case .none, .untilClose:
            // A method that usually has a body says that this one has none (RFC 9110, 8.6).
            if hasContentLength || method == .post || method == .put || method == .patch {
                writer.append("Content-Length: 0\r\n")
            }
        case .length(let count):
            writer.append("Content-Length: ")
            writer.append(decimal: count)
            writer.append("\r\n")
        case .chunked:
            writer.append("Transfer-Encoding: chunked\r\n")
        }
        writer.append("\r\n")
    }

    /// ALB's rule: a listener on 80 or 443 sends no port, any other one always sends one.
    private func writeHost(
        to writer: inout ByteWriter, _ bytes: UnsafeRawBufferPointer,
        _ surroundings: RequestSurroundings
    ) {
        if host.isEmpty {
            writer.append("localhost")
        } else {
            writer.append(host.of(bytes))
        }
        let isUsual = surroundings.port == 80 || surroundings.port == 443
        if !isUsual {
            writer.append(byte: Byte.colon)
            if port.isEmpty {
                writer.append(decimal: Int(surroundings.port))
            } else {
                writer.append(port.of(bytes))
            }
        }
        writer.append("\r\n")
    }

    /// Our peer's address goes to the end of the list that came.
    private func writeForwarded(
        to writer: inout ByteWriter, _ fields: UnsafeBufferPointer<Field>,
        _ bytes: UnsafeRawBufferPointer, _ surroundings: RequestSurroundings
    ) {
        writer.append("X-Forwarded-For: ")
        if forwardedAddresses > 0 {
            for field in fields
            where field.kind == .forwardedFor && !field.value.isEmpty
                && !(nominates && field.isNominated(by: fields, of: bytes))
            {
                writer.append(field.value.of(bytes))
                writer.append(", ")
            }
        }
        writer.append(surroundings.client)
        writer.append("\r\n")
        writer.append(surroundings.forwarded)
    }
}

extension FieldName {
    /// Not hop-by-hop (RFC 9110, 7.6.1), and not written anew by us.
    var passesToTarget: Bool {
        switch self {
        case .other, .date, .expect, .lookalike: true
        default: false
        }
    }

    var passesToClient: Bool {
        switch self {
        case .other, .date, .host, .expect, .forwardedFor, .forwardedPort, .forwardedProto,
            .lookalike:
            true
        default: false
        }
    }
}

extension Field {
    /// Whether a Connection field of the same head names this one.
    func isNominated(
        by fields: UnsafeBufferPointer<Field>, of bytes: UnsafeRawBufferPointer
    ) -> Bool {
        let name = name.of(bytes)
        return fields.contains { field in
            field.kind == .connection
                && ListElements(field.value.of(bytes)).contains { $0.equals(ignoringCase: name) }
        }
    }
}
