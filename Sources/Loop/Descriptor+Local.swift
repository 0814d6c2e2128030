internal import CLinux
internal import Glibc

/// Sockets between processes of one machine, which carry descriptors as well as bytes.
///
/// They keep the bounds of messages, and block: what they are for is done in a thread of its own.
extension Descriptor {
    /// A socket that listens at `path`, for this user only; what was at the path makes way.
    package static func listening(atPath path: String) throws(Errno) -> Descriptor {
        let descriptor = try local()
        let draft = path + ".new"
        _ = unlink(draft)
        let number = descriptor.number
        let bound = try withLocalAddress(draft) { bind(number, $0, $1) }
        // Nobody can connect before it listens, and it listens only once none but we may.
        guard bound == 0, chmod(draft, 0o600) == 0, listen(number, 8) == 0,
            rename(draft, path) == 0
        else { throw .last }
        return descriptor
    }

    package static func connecting(toPath path: String) throws(Errno) -> Descriptor {
        let descriptor = try local()
        let number = descriptor.number
        guard try withLocalAddress(path, { connect(number, $0, $1) }) == 0 else { throw .last }
        return descriptor
    }

    /// The next connection to a socket at a path; waits for it.
    package borrowing func acceptLocal() throws(Errno) -> Descriptor {
        while true {
            let accepted = Glibc.accept(number, nil, nil)
            if accepted >= 0 { return Descriptor(accepted) }
            guard errno == EINTR || errno == ECONNABORTED else { throw .last }
        }
    }

    /// Ends every wait on it, those of other threads included.
    package borrowing func endWaiting() {
        _ = shutdown(number, CInt(SHUT_RDWR))
    }

    /// Every wait on it fails after so long.
    package borrowing func limitWaiting(seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = setsockopt(number, SOL_SOCKET, option, &limit, length)
        }
    }

    /// A descriptor of its own for the same file.
    package static func duplicate(of number: CInt) throws(Errno) -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .last }
        return Descriptor(copy)
    }

    /// Sends one message, with a copy of `descriptor` if there is one.
    package borrowing func send(
        message: String, with descriptor: CInt? = nil
    ) throws(Errno) {
        let bytes = Array(message.utf8)
        let sent = teal_send_with_descriptor(number, bytes, UInt(bytes.count), descriptor ?? -1)
        guard sent == bytes.count else { throw .last }
    }

    /// The next message and the descriptor that came with it, which is the caller's; `nil` at the
    /// end.
    package borrowing func receiveMessage() throws(Errno) -> (text: String, descriptor: CInt?)? {
        var bytes = [UInt8](repeating: 0, count: Descriptor.messageBytesMax)
        var descriptor: CInt = -1
        let count = teal_receive_with_descriptor(
            number, &bytes, UInt(bytes.count), &descriptor)
        guard count >= 0 else { throw .last }
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return (text, descriptor < 0 ? nil : descriptor)
    }

    package static let messageBytesMax = 4096

    private static func local() throws(Errno) -> Descriptor {
        let type = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { throw .last }
        return Descriptor(number)
    }

    private static func withLocalAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(Errno) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .invalid }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
