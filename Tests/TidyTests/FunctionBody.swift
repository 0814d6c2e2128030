/// A function, initializer or computed property: from its first line to its closing brace.
struct FunctionBody {
    let name: String
    /// Indices of lines, the first and the last included.
    let lines: ClosedRange<Int>

    private static let declarations: Set<Substring> = [
        "func", "init", "deinit", "subscript", "var",
    ]
    private static let neighbours: Set<Substring> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum",
        "extension", "protocol", "typealias", "associatedtype",
    ]

    static func all(in file: SourceFile) -> [FunctionBody] {
        file.code.indices.compactMap { index in
            guard let keyword = file.code[index].declarationKeyword,
                declarations.contains(keyword),
                let end = lastLine(of: index, isProperty: keyword == "var", in: file.code)
            else { return nil }
            let name = file.code[index].drop(while: \.isWhitespace).prefix { $0 != "{" }
            return FunctionBody(name: String(name.prefix(40)), lines: index...end)
        }
    }

    /// The line of the closing brace; nil for a requirement of a protocol or a stored property.
    private static func lastLine(of start: Int, isProperty: Bool, in code: [Substring]) -> Int? {
        var brackets = 0
        var braces = 0
        for index in start..<code.count {
            if index > start, braces == 0, brackets == 0,
                let keyword = code[index].declarationKeyword, neighbours.contains(keyword)
            {
                return nil
            }
            for character in code[index] {
                switch character {
                case "(", "[": brackets += 1
                case ")", "]": brackets -= 1
                case "=" where isProperty && braces == 0: return nil
                case "{" where brackets == 0 || braces > 0: braces += 1
                case "}" where braces == 0 && brackets == 0: return nil
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                default: break
                }
            }
        }
        return nil
    }
}

extension Substring {
    private static let modifiers: Set<Substring> = [
        "borrowing", "class", "consuming", "convenience", "fileprivate", "final", "indirect",
        "internal", "isolated", "lazy", "mutating", "nonisolated", "nonmutating", "open",
        "override", "package", "prefix", "postfix", "private", "public", "required", "static",
        "unowned", "weak",
    ]

    /// The word that says what the line declares, such as `func`; nil when it declares nothing.
    var declarationKeyword: Substring? {
        var words = split { $0.isWhitespace || $0 == "(" || $0 == "<" || $0 == "?" }
        while let word = words.first, word.hasPrefix("@") || Self.modifiers.contains(word),
            words.count > 1
        {
            words.removeFirst()
        }
        return words.first
    }
}
