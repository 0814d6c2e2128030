internal import Crypto
internal import FoundationEssentials
internal import Glibc
internal import Loop
internal import Model
internal import Routing

/// A balancer's memory across restarts: the last good snapshot, and how often it started.
struct StateFolder: Sendable {
    let path: String

    /// A snapshot as it is saved: the generation's own record beside what it named.
    struct Saved: Codable, Sendable {
        let generation: Generation
        let configuration: LoadBalancerConfiguration
    }

    enum Defect: Error, CustomStringConvertible {
        case system(String, Errno)
        case malformed(String)

        var description: String {
            switch self {
            case .system(let path, let error): "\(path): \(error)"
            case .malformed(let path): "\(path): is damaged"
            }
        }
    }

    private var snapshotPath: String { path + "/snapshot.json" }
    private var incarnationPath: String { path + "/incarnation" }
    private var cookieKeyPath: String { path + "/cookie.key" }

    /// Makes the folder when there is none; the one above it must exist.
    func create() throws(Defect) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(path, .last) }
    }

    /// Survives a loss of power when it has returned.
    func save(_ saved: Saved) throws(Defect) {
        let json: Data
        do {
            json = try JSONEncoder().encode(saved)
        } catch {
            throw .malformed(snapshotPath)
        }
        let line = sha256(of: json) + "\n"
        try write(Array(line.utf8) + json, to: snapshotPath)
    }

    /// The snapshot saved last; `nil` when there is none, a throw when it is damaged.
    func load() throws(Defect) -> Saved? {
        guard let bytes = try read(snapshotPath) else { return nil }
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let json = Data(bytes[end...].dropFirst())
        guard String(decoding: bytes[..<end], as: UTF8.self) == sha256(of: json),
            let saved = try? JSONDecoder().decode(Saved.self, from: json)
        else { throw .malformed(snapshotPath) }
        return saved
    }

    /// One more than ever before.
    func nextIncarnation() throws(Defect) -> UInt64 {
        let text = try read(incarnationPath).map { String(decoding: $0, as: UTF8.self) }
        guard let last = UInt64(text ?? "0") else { throw .malformed(incarnationPath) }
        try write(Array("\(last + 1)".utf8), to: incarnationPath)
        return last + 1
    }

    /// What stickiness cookies are signed with; made once, and kept from others.
    func cookieKey() throws(Defect) -> SipKey {
        if let text = try read(cookieKeyPath) {
            guard let key = SipKey(hexadecimal: String(decoding: text, as: UTF8.self)) else {
                throw .malformed(cookieKeyPath)
            }
            return key
        }
        let key = SipKey.random()
        try keep(cookieKey: key)
        return key
    }

    func keep(cookieKey key: SipKey) throws(Defect) {
        let text = Array(key.hexadecimal.utf8)
        guard try read(cookieKeyPath) != text else { return }
        try write(text, to: cookieKeyPath)
    }

    private func read(_ file: String) throws(Defect) -> [UInt8]? {
        let number = open(file, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(file, .last)
        }
        let descriptor = Descriptor(number)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor.number, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(file, .last) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }

    /// All of it or nothing: a new file takes the old one's place, and then its name is synced.
    private func write(_ bytes: [UInt8], to file: String) throws(Defect) {
        let draft = file + ".new"
        let number = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .system(draft, .last) }
        let descriptor = Descriptor(number)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(descriptor.number, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(draft, .last) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor.number) == 0, rename(draft, file) == 0 else {
            throw .system(file, .last)
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(path, .last) }
        let folderDescriptor = Descriptor(folder)
        guard fsync(folderDescriptor.number) == 0 else { throw .system(path, .last) }
    }
}

/// SHA-256 in hexadecimal, as content-addressed parts are named.
func sha256(of bytes: some DataProtocol) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in SHA256.hash(data: bytes) {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 0xF)])
    }
    return String(decoding: text, as: UTF8.self)
}
