extension ResponseHead {
    /// What a head can grow by on its way: Date, framing and Connection fields.
    package static let growthBytesMax = 256

    /// Writes the response anew for the client.
    package func write(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer, plan: ResponsePlan, connection: ConnectionField,
        date: UnsafeRawBufferPointer, additions: ResponseAdditions? = nil,
        cookies: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        let hasLength = writeStart(
            to: &writer, fields: fields, bytes: bytes,
            keepsLength: hasPlainLength && plan.contentLength != nil, additions)
        if let additions { writer.append(additions.lines) }
        writer.append(cookies)
        if !hasDate { writer.append(date) }
        if hasLength {
            // The target's own field, which has been checked, passed as it came.
        } else if let length = plan.contentLength {
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
        _ = writeStart(to: &writer, fields: fields, bytes: bytes, keepsLength: false)
        writer.append("\r\n")
    }

    /// Writes 101: from its blank line on the connection speaks another protocol.
    package func writeSwitching(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer
    ) {
        _ = writeStart(to: &writer, fields: fields, bytes: bytes, keepsLength: false)
        fields.writeUpgrade(to: &writer, bytes)
        writer.append("\r\n")
    }

    /// Returns whether Content-Length is among what was written: only with `keepsLength`, and
    /// where lines pass as they came.
    private func writeStart(
        to writer: inout ByteWriter, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer, keepsLength: Bool, _ additions: ResponseAdditions? = nil
    ) -> Bool {
        writer.append("HTTP/1.1 ")
        // Three digits and a line end alone: the blank that should be between was left out.
        let isWhole = statusLine.count > 5
        if isTidy, isWhole, !nominates, additions == nil {
            let kept = FieldName.toClient | (keepsLength ? FieldName.contentLength.bit : 0)
            writer.append(
                tidy: fields, of: bytes, known: known, from: Int(statusLine.start),
                to: length &- 2, keeping: kept)
            return keepsLength
        }
        if isWhole {
            writer.append(statusLine.of(bytes))
        } else {
            writer.append(decimal: status)
            writer.append(" \r\n")
        }
        writer.append(fields, of: bytes) { field in
            field.kind.passesToClient && additions?.passes(field, of: bytes) != false
                && !(nominates && field.isNominated(by: fields, of: bytes))
        }
        return false
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
