/// What a request gets on its way to a target, the same for every request of a connection.
package struct RequestSurroundings {
    /// The client's address in text.
    package var client: UnsafeRawBufferPointer
    /// `CRLF X-Forwarded-Proto: http CRLF X-Forwarded-Port: 8080 CRLF`.
    package var forwarded: UnsafeRawBufferPointer
    /// What Host ends with: nothing but a line end on port 80 or 443, else the listener's port
    /// before it, unless the client wrote one.
    package var hostEnd: UnsafeRawBufferPointer
    package var policy: RequestPolicy
    package var clientPort: UInt16
    package var trace: TraceID

    package init(
        client: UnsafeRawBufferPointer, forwarded: UnsafeRawBufferPointer,
        hostEnd: UnsafeRawBufferPointer, policy: RequestPolicy = [], clientPort: UInt16 = 0,
        trace: TraceID
    ) {
        self.client = client
        self.forwarded = forwarded
        self.hostEnd = hostEnd
        self.policy = policy
        self.clientPort = clientPort
        self.trace = trace
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
        if Int(target.start) == methodRange.end + 1, bytes[Int(target.start)] == UInt8(ascii: "/") {
            let start = Int(methodRange.start)
            writer.append(UnsafeRawBufferPointer(rebasing: bytes[start..<target.end]))
        } else {
            writer.append(methodRange.of(bytes))
            writer.append(byte: Byte.space)
            let path = target.of(bytes)
            if path.isEmpty || path[0] == UInt8(ascii: "?") { writer.append("/") }
            writer.append(path)
        }
        writer.append(" HTTP/1.1\r\nHost: ")
        writeHost(to: &writer, bytes, surroundings)
        if isTidy, !nominates, surroundings.policy.isDisjoint(with: .choosesFields),
            let first = fields.first
        {
            writer.append(
                tidy: fields, of: bytes, known: known, from: Int(first.name.start),
                to: length &- 2, keeping: FieldName.toTarget)
        } else {
            writer.append(fields, of: bytes) { field in
                surroundings.policy.passes(field, of: bytes)
                    && !(nominates && field.isNominated(by: fields, of: bytes))
            }
        }
        writeForwarded(to: &writer, fields, bytes, surroundings)
        writeTrace(to: &writer, fields, bytes, surroundings.trace)
        if upgrade != .none { fields.writeUpgrade(to: &writer, bytes) }
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
        } else if surroundings.policy.contains(.preservesHost) {
            let end = port.isEmpty ? host.end : port.end
            writer.append(UnsafeRawBufferPointer(rebasing: bytes[Int(host.start)..<end]))
            writer.append("\r\n")
            return
        } else if port.isEmpty || surroundings.hostEnd.count == 2 {
            writer.append(host.of(bytes))
        } else {
            let whole = Int(host.start)..<port.end
            writer.append(UnsafeRawBufferPointer(rebasing: bytes[whole]))
            writer.append("\r\n")
            return
        }
        writer.append(surroundings.hostEnd)
    }

    /// Our peer's address goes to the end of the list that came.
    private func writeForwarded(
        to writer: inout ByteWriter, _ fields: UnsafeBufferPointer<Field>,
        _ bytes: UnsafeRawBufferPointer, _ surroundings: RequestSurroundings
    ) {
        let policy = surroundings.policy
        guard policy.isDisjoint(with: .leavesForwardedFor) else {
            // Without the line end of the field that would come before it.
            let rest = UnsafeRawBufferPointer(rebasing: surroundings.forwarded[2...])
            return writer.append(rest)
        }
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
        if policy.contains(.forwardsClientPort) {
            surroundings.writeClientPort(to: &writer)
        } else {
            writer.append(surroundings.client)
        }
        writer.append(surroundings.forwarded)
    }
}

extension RequestSurroundings {
    /// `10.0.0.1:4711`, `[2001:db8::1]:4711`.
    fileprivate func writeClientPort(to writer: inout ByteWriter) {
        let isLiteral = client.contains(Byte.colon)
        if isLiteral { writer.append("[") }
        writer.append(client)
        writer.append(isLiteral ? "]:" : ":")
        writer.append(decimal: Int(clientPort))
    }
}

extension FieldName {
    /// Not hop-by-hop (RFC 9110, 7.6.1), and not written anew by us.
    var passesToTarget: Bool { FieldName.toTarget & bit != 0 }

    var passesToClient: Bool { FieldName.toClient & bit != 0 }

    /// Sets of names are bits of a word: constants, without an initialiser to check for.
    @inline(__always)
    var bit: UInt32 { 1 &<< UInt32(rawValue) }

    @inline(__always)
    static var toTarget: UInt32 {
        FieldName.other.bit | FieldName.date.bit | FieldName.expect.bit | FieldName.lookalike.bit
            | FieldName.server.bit | FieldName.userAgent.bit
    }

    @inline(__always)
    static var toClient: UInt32 {
        toTarget | FieldName.host.bit | FieldName.forwardedFor.bit | FieldName.forwardedPort.bit
            | FieldName.forwardedProto.bit | FieldName.amznTraceID.bit
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

extension RequestSurroundings {
    /// What Host ends with on a listener of this port.
    package static func hostEnd(port: UInt16) -> String {
        port == 80 || port == 443 ? "\r\n" : ":\(port)\r\n"
    }
}
