/// The exact bytes that one side must see.
///
/// What no table can know stands in braces: `{port}` the listener's port, `{date}` the Date field's
/// value, `{hex8}` and `{hex24}` so many hexadecimal digits.
struct Pattern {
    enum Match {
        case whole(count: Int)
        /// All bytes fit, and more must come.
        case begun
        case differs(at: Int)
    }

    private enum Piece {
        case text([UInt8])
        case date
        case digits(Int)
    }

    let text: String
    private var pieces: [Piece] = []

    init(_ text: String, port: UInt16) {
        self.text = text
        var rest = text[...]
        var literal = ""
        while let character = rest.first {
            if let (name, piece) = Pattern.piece(rest, port) {
                pieces.append(.text(Array(literal.utf8)))
                pieces.append(piece)
                literal = ""
                rest = rest.dropFirst(name.count)
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        pieces.append(.text(Array(literal.utf8)))
    }

    private static func piece(_ rest: Substring, _ port: UInt16) -> (name: String, piece: Piece)? {
        guard rest.first == "{" else { return nil }
        let names: [(String, Piece)] = [
            ("{port}", .text(Array("\(port)".utf8))), ("{date}", .date), ("{hex8}", .digits(8)),
            ("{hex24}", .digits(24)),
        ]
        return names.first { rest.hasPrefix($0.0) }
    }

    func match(_ bytes: [UInt8]) -> Match {
        var at = 0
        for piece in pieces {
            switch piece {
            case .text(let text):
                for byte in text {
                    guard at < bytes.count else { return .begun }
                    guard bytes[at] == byte else { return .differs(at: at) }
                    at += 1
                }
            case .date:
                // `Sun, 06 Nov 1994 08:49:37 GMT`, always of one length.
                guard at + 29 <= bytes.count else { return .begun }
                guard bytes[at..<(at + 29)].elementsEqual(" GMT".utf8, tail: 4) else {
                    return .differs(at: at)
                }
                at += 29
            case .digits(let count):
                for _ in 0..<count {
                    guard at < bytes.count else { return .begun }
                    let isDigit = "0123456789abcdef".utf8.contains(bytes[at])
                    guard isDigit else { return .differs(at: at) }
                    at += 1
                }
            }
        }
        return .whole(count: at)
    }

    /// The text with something in every brace's place, to be read as a message.
    var example: String {
        text.replacing("{port}", with: "80").replacing("{date}", with: "now")
            .replacing("{hex8}", with: "0").replacing("{hex24}", with: "0")
    }
}

extension ArraySlice<UInt8> {
    fileprivate func elementsEqual(_ text: String.UTF8View, tail count: Int) -> Bool {
        suffix(count).elementsEqual(text)
    }
}
