import Glibc

/// Small files, read and written whole.
enum TextFile {
    /// What a file that we read may hold; more is not ours.
    static let bytesMax = 4 << 20

    /// The bytes of the file; `nil` when it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < bytesMax {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        return nil
    }

    /// Writes into a file that is there already, such as one of the kernel's.
    static func overwrite(_ path: String, with text: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return write(text.utf8.map(\.self), to: descriptor)
    }

    /// Replaces the file in one step: a reader sees the old bytes or the new ones.
    static func replace(_ path: String, with bytes: [UInt8]) throws(Problem) {
        let fresh = path + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Problem("can't write \(fresh)") }
        let isWhole = write(bytes, to: descriptor)
        let problem = Problem("can't write \(fresh)")
        close(descriptor)
        guard isWhole else { throw problem }
        guard rename(fresh, path) == 0 else { throw Problem("can't rename \(fresh)") }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// A failed call, with what the kernel says of it.
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ what: String, code: Int32 = errno) {
            description = "\(what): \(String(cString: strerror(code)))"
        }
    }
}
