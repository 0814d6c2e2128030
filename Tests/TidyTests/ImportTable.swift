/// Who may import whom: DESIGN's four floors, written out.
struct ImportTable {
    /// A module and the folder that it lives in.
    struct Room {
        let module: String
        let folder: String
        /// Which of the five parts it belongs to, if any.
        var part: String?
        var isPure = false
        /// Our own modules and packages' that it may import.
        var imports: Set<String> = []
    }

    /// What the toolchain brings: open to every effect, closed to pure modules.
    private static let toolchain: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
    ]

    static let rooms = [
        Room(module: "Model", folder: "Sources/Model", isPure: true),
        Room(module: "Loop", folder: "Sources/Loop", imports: ["CLibev", "CLinux"]),
        Room(module: "Store", folder: "Sources/Store/Promises", imports: ["Model"]),
        Room(
            module: "SQLiteStore", folder: "Sources/Store/SQLite",
            imports: ["CLinux", "GRDB", "Model", "Store"]),
        Room(
            module: "Naming", folder: "Sources/Discovery/Naming", part: "Discovery", isPure: true,
            imports: ["Model"]),
        Room(
            module: "Nameserver", folder: "Sources/Discovery/Nameserver", part: "Discovery",
            imports: ["Logging", "Loop", "Model", "Naming", "Store"]),
        Room(
            module: "Routing", folder: "Sources/Balancer/Routing", part: "Balancer", isPure: true,
            imports: ["CVector", "Model"]),
        Room(
            module: "Expressions", folder: "Sources/Balancer/Expressions", part: "Balancer",
            imports: ["CRE2", "Routing"]),
        Room(
            module: "Proxy", folder: "Sources/Balancer/Proxy", part: "Balancer",
            imports: [
                "CLinux", "Crypto", "Expressions", "Logging", "Loop", "Model", "Routing", "Store",
            ]),
        Room(
            module: "Planning", folder: "Sources/Deployer/Planning", part: "Deployer",
            isPure: true, imports: ["Model"]),
        Room(
            module: "Control", folder: "Sources/Deployer/Control", part: "Deployer",
            imports: [
                "Crypto", "FoundationNetworking", "Logging", "Model", "Planning", "Store",
            ]),
        Room(
            module: "Agent", folder: "Sources/Agent", part: "Agent",
            imports: ["CLinux", "Logging", "Model", "Store"]),
        Room(
            module: "API", folder: "Sources/API", part: "API",
            imports: [
                "Crypto", "Expressions", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging",
                "Model",
                "NIOCore", "NIOPosix", "Naming", "Routing", "ServiceLifecycle", "Store",
            ]),
        Room(module: "teal-hello", folder: "Sources/Hello", imports: ["CLinux"]),
    ]

    /// The command wires everything together, so it may import anything.
    static let openFolders = ["Sources/Teal"]

    static var pureFolders: [String] { rooms.filter(\.isPure).map(\.folder) }

    static func room(of file: SourceFile) -> Room? {
        rooms.first { file.isUnder($0.folder) }
    }

    /// The imports of one file that its room does not allow.
    static func violations(in file: SourceFile) -> [Violation] {
        guard file.isUnder("Sources"), !openFolders.contains(where: file.isUnder) else { return [] }
        guard let room = room(of: file) else {
            return [file.violation(line: 0, "the folder is in no room of the import table")]
        }
        let allowed = room.isPure ? room.imports : room.imports.union(toolchain)
        return file.imports.compactMap { line, module in
            if allowed.contains(module) { return nil }
            let names = allowed.sorted().joined(separator: ", ")
            return file.violation(
                line: line, "\(room.module) may not import \(module), only: \(names)")
        }
    }
}

extension SourceFile {
    /// The modules that the file imports, each with its line's index.
    var imports: [(line: Int, module: String)] {
        code.indices.compactMap { index in
            let words = code[index].split(whereSeparator: \.isWhitespace)
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
                words[..<keyword].allSatisfy(Self.importModifiers.contains)
            else { return nil }
            // `import struct Foundation.Date` names a declaration of the module before the dot.
            let path = words[words.index(before: words.endIndex)]
            return (index, String(path.prefix { $0 != "." }))
        }
    }

    private static let importModifiers: Set<Substring> = [
        "@_exported", "@preconcurrency", "@testable", "fileprivate", "internal", "package",
        "private", "public",
    ]
}
