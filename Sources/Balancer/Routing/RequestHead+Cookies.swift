extension RequestHead {
    /// The value of the first cookie called `name`; `nil` when there is none.
    package func cookie(
        _ name: StaticString, fields: UnsafeBufferPointer<Field>, bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let name = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return cookie(name, fields: fields, bytes: bytes)
    }

    package func cookie(
        _ name: UnsafeRawBufferPointer, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        for field in fields where field.kind == .other && field.name.of(bytes).equals("cookie") {
            if let value = CookiePairs.value(of: name, in: field.value.of(bytes)) { return value }
        }
        return nil
    }
}
