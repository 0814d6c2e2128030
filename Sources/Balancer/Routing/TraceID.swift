/// What X-Amzn-Trace-Id says of one request: when it came, and 96 random bits.
package struct TraceID: Sendable, BitwiseCopyable {
    package var seconds: UInt32
    package var high: UInt32
    package var low: UInt64

    package init(seconds: UInt32, random high: UInt64, _ low: UInt64) {
        self.seconds = seconds
        self.high = UInt32(truncatingIfNeeded: high)
        self.low = low
    }

    /// A longer field is written anew (ALB's 7 KB).
    static let fieldBytesMax = 7 * 1024

    /// `1-67891233-abcdef012345678912345678`.
    package func write(to writer: inout ByteWriter) {
        writer.append("1-")
        writer.append(digits: seconds)
        writer.append("-")
        writer.append(digits: high)
        writer.append(digits: UInt32(truncatingIfNeeded: low >> 32))
        writer.append(digits: UInt32(truncatingIfNeeded: low))
    }
}

extension RequestHead {
    /// ALB's rule: who sent no Root gets one, who sent one gets a Self before it.
    func writeTrace(
        to writer: inout ByteWriter, _ fields: UnsafeBufferPointer<Field>,
        _ bytes: UnsafeRawBufferPointer, _ trace: TraceID
    ) {
        writer.append("X-Amzn-Trace-Id: ")
        if hasTraceID, let value = traceID(fields, bytes) {
            write(value, continuedBy: trace, to: &writer)
        } else {
            writer.append("Root=")
            trace.write(to: &writer)
        }
        writer.append("\r\n")
    }

    /// The client's own, when there is one that is to be passed on.
    private func traceID(
        _ fields: UnsafeBufferPointer<Field>, _ bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let field = fields.first(where: { $0.kind == .amznTraceID }),
            field.value.count <= TraceID.fieldBytesMax,
            !(nominates && field.isNominated(by: fields, of: bytes))
        else { return nil }
        return field.value.of(bytes)
    }

    private func write(
        _ value: UnsafeRawBufferPointer, continuedBy trace: TraceID, to writer: inout ByteWriter
    ) {
        let parts = ListElements(value, separator: UInt8(ascii: ";"))
        let hasRoot = parts.contains { $0.begins(with: "root=") }
        writer.append(hasRoot ? "Self=" : "Root=")
        trace.write(to: &writer)
        for part in parts where !part.begins(with: "self=") {
            writer.append(";")
            writer.append(part)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes begin with `text`, which is in lower case, in any case.
    fileprivate func begins(with text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && UnsafeRawBufferPointer(rebasing: self[..<text.utf8CodeUnitCount]).equals(text)
    }
}
