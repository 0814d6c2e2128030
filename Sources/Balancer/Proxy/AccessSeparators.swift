internal import Routing

/// What a line of the access log has before each of its fields, and at its end.
///
/// Each is kept in as many bytes as one copy of a known size moves.
struct AccessSeparators {
    fileprivate struct Separator: BitwiseCopyable {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        var count = 0

        init(_ text: String) {
            precondition(text.utf8.count <= 32)
            for byte in text.utf8 {
                bytes[count] = byte
                count += 1
            }
        }
    }

    /// Where one of them is.
    struct Place {
        private var separator: UnsafePointer<Separator>

        fileprivate init(_ separator: UnsafePointer<Separator>) {
            self.separator = separator
        }

        /// Writes it, and is at the next one.
        @inline(__always)
        mutating func write(to writer: inout ByteWriter) {
            writer.append(first: separator.pointee.count, of32: UnsafeRawPointer(separator))
            separator += 1
        }
    }

    private let separators: UnsafeMutablePointer<Separator>

    init(_ format: AccessFormat) {
        let texts = format.separators
        separators = .allocate(capacity: texts.count)
        for (index, text) in texts.enumerated() {
            (separators + index).initialize(to: Separator(text))
        }
    }

    var first: Place { Place(separators) }

    func deallocate() {
        separators.deallocate()
    }
}
