/// What Package.swift says of its targets.
struct Manifest {
    struct Target {
        let name: String
        let folder: String
        /// Our own targets and packages' products.
        let dependencies: [String]
    }

    let targets: [Target]

    /// Reads the declarations that Package.swift uses: its helpers and SwiftPM's own.
    init(_ text: String) {
        let lines = text.split(separator: "\n").filter {
            !$0.drop(while: \.isWhitespace).hasPrefix("//")
        }
        let declaration =
            /(module|program|tests|\.\w*[tT]arget|\.systemLibrary)\(\s*(?:name:\s*)?"([^"]+)"/
        let code = lines.joined(separator: "\n")
        let matches = code.matches(of: declaration)
        let ends = matches.dropFirst().map(\.range.lowerBound) + [code.endIndex]
        targets = zip(matches, ends).map { match, end in
            let name = String(match.2)
            let rest = code[match.range.upperBound..<end]
            return Target(
                name: name, folder: Self.folder(of: name, kind: match.1, in: rest),
                dependencies: Self.dependencies(in: rest))
        }
    }

    private static func folder(of name: String, kind: Substring, in rest: Substring) -> String {
        if let path = rest.firstMatch(of: /path:\s*"([^"]+)"/) { return String(path.1) }
        if let room = rest.firstMatch(of: /in:\s*"([^"]+)"/) { return "Sources/\(room.1)" }
        return kind == "tests" || kind == ".testTarget" ? "Tests/\(name)" : "Sources/\(name)"
    }

    private static func dependencies(in rest: Substring) -> [String] {
        let others = /(?:in|path|package):\s*"[^"]*"|\.apt\(\[[^\]]*\]\)/
        return rest.replacing(others, with: "").matches(of: /"([^"]+)"/).map { String($0.1) }
    }
}
