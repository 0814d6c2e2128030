import Foundation
import Glibc
import Store

/// The folder that the store's files lie in.
enum Folder {
    /// Only its owner may look inside: records may hold what others should not read.
    static func create(_ path: String) throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unavailable("\(path) cannot be created: \(error.localizedDescription)")
        }
    }

    /// Makes the names of new files survive a loss of power.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable(path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unavailable(path, errno: errno) }
    }
}
