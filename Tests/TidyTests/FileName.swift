/// A file is named after a noun that it declares, or extends when its name has a plus sign.
enum FileName {
    private static let declarations = [
        "actor", "class", "enum", "extension", "func", "protocol", "struct", "typealias",
    ]

    static func violations(in file: SourceFile) -> [Violation] {
        let noun = String(file.noun)
        guard file.isUnder("Sources"), file.path.hasSuffix(".swift"), noun != "main",
            !file.code.contains(where: { declares(noun, line: $0) })
        else { return [] }
        return [file.violation(line: 0, "declares no \(noun): name the file after its noun")]
    }

    private static func declares(_ noun: String, line: Substring) -> Bool {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }
        return zip(words, words.dropFirst()).contains { keyword, name in
            guard declarations.contains(String(keyword)) else { return false }
            if keyword == "extension" { return name.split(separator: ".").contains { $0 == noun } }
            return name == noun || (keyword == "func" && name.lowercased() == noun.lowercased())
        }
    }
}
