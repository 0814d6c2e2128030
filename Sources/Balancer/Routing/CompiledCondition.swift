/// A condition of a rule, compiled: what it looks at, and which values it takes.
struct CompiledCondition: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case host
        case path
        case header
        case method
        case query
        case source
        case hostExpression
        case pathExpression
        case headerExpression
    }

    let kind: Kind
    /// The header field's name in lower case, in the program's bytes.
    var name = ByteRange.empty
    /// Where its values begin: among the patterns, the blocks or the expressions.
    let first: Int32
    /// How many they are; a query pattern is two, the key's before the value's.
    let count: Int32

    var values: Range<Int> { Int(first)..<Int(first &+ count) }
}

/// A pattern, compiled: most need no search.
struct CompiledPattern: BitwiseCopyable {
    enum Shape: UInt8, BitwiseCopyable {
        /// `*`
        case anything
        /// No wildcard.
        case whole
        /// `head*`
        case head
        /// `*tail`
        case tail
        case wildcards
    }

    let shape: Shape
    /// In the program's bytes: the pattern, without its wildcard when it is a head or a tail.
    let text: ByteRange

    /// Whether the pattern stands for the whole of `text`; `bytes` are the program's.
    @inline(__always)
    func matches(
        _ text: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer, ignoringCase: Bool
    ) -> Bool {
        let wanted = self.text.of(bytes)
        switch shape {
        case .anything: return true
        case .whole: return wanted.count == text.count && text.begins(wanted, ignoringCase)
        case .head: return wanted.count <= text.count && text.begins(wanted, ignoringCase)
        case .tail:
            guard wanted.count <= text.count else { return false }
            return UnsafeRawBufferPointer(rebasing: text[(text.count &- wanted.count)...])
                .begins(wanted, ignoringCase)
        case .wildcards:
            return WildcardPattern.matches(wanted, text, ignoringCase: ignoringCase)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether `head` is how these bytes begin, which are at least as many; `head` is in lower
    /// case when case is ignored.
    @inline(__always)
    fileprivate func begins(_ head: UnsafeRawBufferPointer, _ ignoringCase: Bool) -> Bool {
        var at = 0
        while at < head.count {
            let byte = ignoringCase ? self[at].lowercased : self[at]
            guard byte == head[at] else { return false }
            at &+= 1
        }
        return true
    }
}
