import Foundation

/// The work tree that these tests were compiled from.
struct Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The places that hold what we wrote; `.build` and the like are not among them.
    private static let places = [
        ".ci", "Makefile", "Package.swift", "README.md", "Sources", "Tests", "config", "docs",
    ]
    private static let textExtensions: Set = ["c", "h", "md", "modulemap", "py", "swift", "yaml"]

    /// Read once, whatever the number of rules.
    private static let loaded = Result {
        try places.flatMap(paths(under:)).sorted().map { path in
            SourceFile(path: path, text: try text(of: path))
        }
    }

    /// Every text file of ours, sorted by path.
    static func files() throws -> [SourceFile] { try loaded.get() }

    static func swiftFiles(under folder: String) throws -> [SourceFile] {
        try files().filter { $0.path.hasPrefix("\(folder)/") && $0.path.hasSuffix(".swift") }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func paths(under place: String) -> [String] {
        var isFolder: ObjCBool = false
        let full = root.appending(path: place).path
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else { return [place] }
        let names = FileManager.default.enumerator(atPath: full)?.compactMap { $0 as? String } ?? []
        return names.map { "\(place)/\($0)" }.filter { path in
            let name = URL(filePath: path)
            return place == ".ci" || textExtensions.contains(name.pathExtension)
        }
    }
}
