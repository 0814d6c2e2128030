import Foundation

/// Folders for one test's store each.
enum Scratch {
    static func path() -> String { NSTemporaryDirectory() + "store-" + UUID().uuidString }

    /// Tries again: a store that is about to close removes files of its own meanwhile.
    static func remove(_ path: String) {
        for _ in 1...100 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}

func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = Scratch.path()
    defer { Scratch.remove(folder) }
    try await body(folder)
}
