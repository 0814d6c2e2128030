extension RequestHead {
    /// Whether the request may be sent twice: its method is safe (RFC 9110, 9.2.1), or its client
    /// says with an Idempotency-Key that the second one changes nothing.
    package func isReplayable(
        fields: UnsafeBufferPointer<Field>, bytes: UnsafeRawBufferPointer
    ) -> Bool {
        switch method {
        case .get, .head, .options: return true
        default:
            return fields.contains { field in
                field.kind == .other && field.name.of(bytes).equals("idempotency-key")
            }
        }
    }
}
