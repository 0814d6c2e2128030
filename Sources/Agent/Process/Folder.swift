import Glibc

/// A directory and what is in it.
enum Folder {
    /// Makes it, and those above it that are missing; only its owner's group may look inside.
    static func make(_ path: String) throws(TextFile.Problem) {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw TextFile.Problem("can't make the folder \(path)")
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw TextFile.Problem("can't make the folder \(path)")
        }
    }

    static func exists(_ path: String) -> Bool {
        var status = Glibc.stat()
        return stat(path, &status) == 0
    }

    /// The names in it, sorted; empty when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes it with all that is in it; what is gone already is no error.
    static func remove(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
