/// A node of a rule index: one question about a request, and where each answer leads.
struct RuleNode: BitwiseCopyable {
    /// What of a request is looked at.
    enum Subject: UInt8, BitwiseCopyable {
        case nothing
        case host
        case path
        case method
        case source
        /// The names of all fields.
        case fieldName
        /// The values of the fields of one name.
        case field
        /// The keys of all query parameters.
        case parameterKey
        /// The values of the query parameters of one key.
        case parameter

        /// Whether a request can have several of it.
        var isPlural: Bool {
            switch self {
            case .fieldName, .field, .parameterKey, .parameter: true
            case .nothing, .host, .path, .method, .source: false
            }
        }

        var ignoresCase: Bool {
            switch self {
            case .nothing, .path, .method, .source: false
            case .host, .fieldName, .field, .parameterKey, .parameter: true
            }
        }
    }

    /// A rule to be tried.
    struct Entry: BitwiseCopyable {
        let rule: Int32
        /// A bit for each of its conditions that is still to be checked.
        let unproven: UInt32
    }

    /// A place of a node's hash table.
    struct Slot: BitwiseCopyable {
        let hash: UInt32
        /// In the index's key bytes, in lower case when case is ignored.
        let key: ByteRange
        /// Whether the key must be all of the text, not its beginning or end.
        let isWhole: Bool
        /// -1 in a place that is free.
        let node: Int32

        static let free = Slot(hash: 0, key: .empty, isWhole: false, node: -1)
    }

    var subject = Subject.nothing
    var ignoresCase = false
    /// Whether keys are ends of the text, not beginnings.
    var isTail = false
    /// The name of a field or the key of a parameter, in the index's key bytes.
    var name = ByteRange.empty
    /// The lowest rule below here.
    var lowest: Int32
    var firstEntry: Int32 = 0
    var entryCount: Int32 = 0
    /// The child of the rules that want nothing of the subject; -1 when there is none.
    var rest: Int32 = -1
    var firstSlot: Int32 = 0
    /// The size of the table, a power of two, less one.
    var slotMask: UInt32 = 0
    /// The lengths of those keys that are a part of the text.
    var partLengths = KeyLengths()
    /// Of all keys.
    var longest = 0
}

/// A set of lengths from 1 to 128: as long as a pattern may be.
struct KeyLengths: Hashable, BitwiseCopyable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    @inline(__always)
    var isEmpty: Bool { low | high == 0 }

    mutating func insert(_ length: Int) {
        if length <= 64 { low |= 1 << UInt64(length - 1) } else { high |= 1 << UInt64(length - 65) }
    }

    @inline(__always)
    func contains(_ length: Int) -> Bool {
        let bit = UInt64(truncatingIfNeeded: (length &- 1) & 63)
        return (length <= 64 ? low : high) >> bit & 1 == 1
    }
}

/// FNV-1a over a key's bytes, from its beginning or from its end.
struct KeyHash: BitwiseCopyable {
    private var state: UInt32 = 0x811C_9DC5

    @inline(__always)
    mutating func add(_ byte: UInt8) {
        state = (state ^ UInt32(byte)) &* 0x0100_0193
    }

    /// Of a key that is a part of the text. Mixed, for the table looks at the low bits alone.
    var ofPart: UInt32 { state ^ state >> 15 }

    /// Of a key that is all of the text.
    var ofWhole: UInt32 { ~ofPart }
}
