extension RequestHead {
    /// The value of the first cookie called `name`; `nil` when there is none.
    package func cookie(
        _ name: StaticString, fields: UnsafeBufferPointer<Field>, bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        for field in fields where field.kind == .other && field.name.of(bytes).equals("cookie") {
            if let value = CookiePairs.value(of: name, in: field.value.of(bytes)) { return value }
        }
        return nil
    }
}
