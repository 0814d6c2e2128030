/// A message put together byte by byte, so that it can be as wrong as a test wants it.
///
/// Shares no code with the server: a mistake that both made would not be seen.
struct Query {
    var id: UInt16 = 0x1234
    /// QR, opcode, AA, TC, RD, RA, Z, AD, CD, RCODE.
    var flags: UInt16 = 0x0100
    var questions: [[UInt8]] = []
    /// Records of the additional section.
    var additional: [[UInt8]] = []
    /// Counts that differ from what is there.
    var questionCount: UInt16?
    var answerCount: UInt16 = 0
    var trailer: [UInt8] = []

    /// The types that the tests ask for.
    enum Kind: UInt16 {
        case a = 1
        case ns = 2
        case soa = 6
        case aaaa = 28
        case srv = 33
        case opt = 41
        case axfr = 252
        case any = 255
        case caa = 257
        case unknown = 65_280
    }

    init() {}

    init(_ name: String, _ kind: Kind = .a, class recordClass: UInt16 = 1) {
        ask(Self.name(name), kind, class: recordClass)
    }

    mutating func ask(_ name: [UInt8], _ kind: Kind = .a, class recordClass: UInt16 = 1) {
        questions.append(name + Self.bytes(kind.rawValue) + Self.bytes(recordClass))
    }

    /// Adds an OPT record (RFC 6891, 6.1.2); `owner` is the root's name.
    mutating func addEDNS(
        payload: UInt16 = 1232, version: UInt8 = 0, flags: UInt16 = 0, options: [UInt8] = [],
        owner: [UInt8] = [0]
    ) {
        additional.append(
            owner + Self.bytes(Kind.opt.rawValue) + Self.bytes(payload) + [0, version]
                + Self.bytes(flags) + Self.bytes(UInt16(options.count)) + options)
    }

    var bytes: [UInt8] {
        let counts: [UInt16] = [
            questionCount ?? UInt16(questions.count), answerCount, 0, UInt16(additional.count),
        ]
        let head = Self.bytes(id) + Self.bytes(flags) + counts.flatMap { Self.bytes($0) }
        return head + questions.flatMap(\.self) + additional.flatMap(\.self) + trailer
    }

    /// With its length before it, as it goes over TCP.
    var framed: [UInt8] { Self.framed(bytes) }

    static func framed(_ bytes: [UInt8]) -> [UInt8] { Self.bytes(UInt16(bytes.count)) + bytes }

    static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
        bytes(code) + bytes(UInt16(value.count)) + value
    }

    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func bytes(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
    }
}
