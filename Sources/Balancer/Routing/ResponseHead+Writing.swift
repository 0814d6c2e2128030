extension ResponseHead {
    /// What a head can grow by on its way: Date, framing and Connection fields.
    package static let growthBytesMax = 256

    /// Writes the response anew for the client.
    package func write(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer, plan: ResponsePlan, connection: ConnectionField,
        date: UnsafeRawBufferPointer
    ) {
        writeStart(to: &writer, fields: fields, bytes: bytes)
        if !hasDate { writer.append(date) }
        if let length = plan.contentLength {
            writer.append("Content-Length: ")
            writer.append(decimal: length)
            writer.append("\r\n")
        } else if plan.writesChunked {
            writer.append("Transfer-Encoding: chunked\r\n")
        }
        writer.append(connection.line)
        writer.append("\r\n")
    }

    /// Writes an interim response, which has no body.
    package func writeInterim(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer
    ) {
        writeStart(to: &writer, fields: fields, bytes: bytes)
        writer.append("\r\n")
    }

    private func writeStart(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer
    ) {
        writer.append("HTTP/1.1 ")
        var line = Int(statusLine.start)..<statusLine.end
        // Three digits and a line end: the blank that should be between was left out.
        if line.count == 5 {
            writer.append(decimal: status)
            writer.append(" \r\n")
            line = 0..<0
        }
        let nominated = nominates
        writer.append(fields, of: bytes, after: line) { field in
            field.kind.passesToClient
                && !(nominated && field.isNominated(by: fields, of: bytes))
        }
    }
}

/// What we tell a client about its connection.
package enum ConnectionField: Sendable {
    /// What its version does anyway.
    case unsaid
    case close
    /// An HTTP/1.0 client asked for it.
    case keepAlive

    package var line: StaticString {
        switch self {
        case .unsaid: ""
        case .close: "Connection: close\r\n"
        case .keepAlive: "Connection: keep-alive\r\n"
        }
    }
}
