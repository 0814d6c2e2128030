import FoundationEssentials
import Glibc

/// Why the file of the key pair cannot be used, and what to do about it.
package struct CredentialsError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Credentials {
    /// The pair in the file at `path`; made, readable by its owner only, when there is none.
    ///
    /// Of several processes that make it at once, one wins and all get its pair.
    package static func loadOrCreate(at path: String) throws -> Credentials {
        if let existing = try load(from: path) { return existing }
        let temporary = "\(path).\(UInt64.random(in: .min ... .max))"
        defer { unlink(temporary) }
        try write(JSONEncoder().encode(random()), toNew: temporary)
        // Unlike rename, link fails when another process was first.
        if link(temporary, path) != 0, errno != EEXIST {
            throw CredentialsError("cannot create \(path): \(reason())")
        }
        guard let made = try load(from: path) else {
            throw CredentialsError("\(path) disappeared while it was being made")
        }
        return made
    }

    /// `nil` when there is no such file.
    package static func load(from path: String) throws -> Credentials? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw CredentialsError("cannot read \(path): \(reason())")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CredentialsError(
                "\(path) can be read by others than its owner; run: chmod 600 \(path)")
        }
        do {
            let bytes = try Data(contentsOf: URL(filePath: path))
            return try JSONDecoder().decode(Credentials.self, from: bytes)
        } catch {
            throw CredentialsError(
                "\(path) does not hold a key pair; remove it and a new one is made (\(error))")
        }
    }

    private static func write(_ bytes: Data, toNew path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CredentialsError("cannot create \(path): \(reason())")
        }
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw CredentialsError("cannot write \(path): \(reason())")
        }
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
