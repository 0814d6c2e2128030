/// The parameters of a query, `key=value` between ampersands; nothing is decoded.
struct QueryParameters {
    private let text: UnsafeRawBufferPointer
    private var position = 0

    /// One of them; the value is empty where there is no equals sign.
    struct Parameter {
        let key: UnsafeRawBufferPointer
        let value: UnsafeRawBufferPointer
    }

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    /// Empty ones are passed over.
    mutating func next() -> Parameter? {
        while position < text.count, text[position] == UInt8(ascii: "&") { position &+= 1 }
        guard position < text.count else { return nil }
        let start = position
        var equals = -1
        while position < text.count, text[position] != UInt8(ascii: "&") {
            if equals < 0, text[position] == UInt8(ascii: "=") { equals = position }
            position &+= 1
        }
        let keyEnd = equals < 0 ? position : equals
        let valueStart = equals < 0 ? position : equals &+ 1
        return Parameter(
            key: UnsafeRawBufferPointer(rebasing: text[start..<keyEnd]),
            value: UnsafeRawBufferPointer(rebasing: text[valueStart..<position]))
    }
}
