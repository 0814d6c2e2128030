extension ResponseHead {
    /// Whether a Set-Cookie field sets the cookie called `name`.
    package func sets(
        cookie name: UnsafeRawBufferPointer, fields: UnsafeBufferPointer<Field>,
        bytes: UnsafeRawBufferPointer
    ) -> Bool {
        fields.contains { field in
            field.kind == .other && field.name.of(bytes).equals("set-cookie")
                && CookiePairs.sets(name, in: field.value.of(bytes))
        }
    }
}
