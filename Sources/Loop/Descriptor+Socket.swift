internal import Glibc

/// Sockets are non-blocking and close on exec.
extension Descriptor {
    /// Connections that may wait to be accepted; the kernel's `somaxconn` may cut it.
    package static let backlog: CInt = 4096

    /// A TCP socket that listens on `address`.
    ///
    /// With `sharing`, every socket of this user that is bound so gets its part of the connections;
    /// each of several loops has its own. Accepted connections inherit TCP_NODELAY.
    package static func listening(
        on address: SocketAddress, sharing: Bool = false
    ) throws(Errno) -> Descriptor {
        let descriptor = try stream(address)
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR)
        if sharing { try descriptor.set(SOL_SOCKET, SO_REUSEPORT) }
        try descriptor.set(CInt(IPPROTO_TCP), TCP_NODELAY)
        try descriptor.bind(to: address)
        guard listen(descriptor.number, backlog) == 0 else { throw .last }
        return descriptor
    }

    /// A TCP socket that holds `address`, so that nobody else can, without listening.
    package static func reserving(_ address: SocketAddress) throws(Errno) -> Descriptor {
        let descriptor = try stream(address)
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR)
        try descriptor.bind(to: address)
        return descriptor
    }

    /// A UDP socket bound to `address`.
    package static func datagram(
        on address: SocketAddress, sharing: Bool = false
    ) throws(Errno) -> Descriptor {
        let descriptor = try make(address, type: CInt(SOCK_DGRAM.rawValue))
        if sharing { try descriptor.set(SOL_SOCKET, SO_REUSEPORT) }
        try descriptor.bind(to: address)
        return descriptor
    }

    /// A TCP socket on its way to `address`: it becomes writable, or its first use fails.
    package static func connecting(to address: SocketAddress) throws(Errno) -> Descriptor {
        let descriptor = try stream(address)
        try descriptor.set(CInt(IPPROTO_TCP), TCP_NODELAY)
        let status = address.withPointer { Glibc.connect(descriptor.number, $0, $1) }
        guard status == 0 || errno == EINPROGRESS || errno == EINTR else { throw .last }
        return descriptor
    }

    /// The next connection that waits at this listener; `nil` when none does.
    package borrowing func accept() throws(Errno) -> Descriptor? {
        switch Syscall.accept(number) {
        case .connection(let accepted, _): Descriptor(accepted)
        case .none: nil
        case .failed(let error): throw error
        }
    }

    /// The address this socket is bound to: its real port when it asked for port 0.
    package borrowing func localAddress() throws(Errno) -> SocketAddress {
        try address(of: getsockname)
    }

    package borrowing func peerAddress() throws(Errno) -> SocketAddress {
        try address(of: getpeername)
    }

    private borrowing func address(
        of call: (CInt, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> CInt
    ) throws(Errno) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = number
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, &length) }
        }
        guard status == 0 else { throw .last }
        guard let address = SocketAddress(storage) else { throw .invalid }
        return address
    }

    private static func stream(_ address: SocketAddress) throws(Errno) -> Descriptor {
        try make(address, type: CInt(SOCK_STREAM.rawValue))
    }

    private static func make(
        _ address: SocketAddress, type: CInt
    ) throws(Errno) -> Descriptor {
        let flags = CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let number = socket(address.family, type | flags, 0)
        guard number >= 0 else { throw .last }
        return Descriptor(number)
    }

    private borrowing func bind(to address: SocketAddress) throws(Errno) {
        // An address means what it says: `::` does not take IPv4 along.
        if address.isIPv6 { try set(CInt(IPPROTO_IPV6), IPV6_V6ONLY) }
        let descriptor = number
        let status = address.withPointer { Glibc.bind(descriptor, $0, $1) }
        guard status == 0 else { throw .last }
    }

    private borrowing func set(_ level: CInt, _ option: CInt) throws(Errno) {
        var on: CInt = 1
        let length = socklen_t(MemoryLayout<CInt>.size)
        guard setsockopt(number, level, option, &on, length) == 0 else { throw .last }
    }
}
