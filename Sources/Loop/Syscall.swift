internal import CLinux
internal import Glibc

/// How a non-blocking transfer ended.
package enum Transfer {
    /// So many bytes; 0 from `receive` is the peer's end of stream.
    case moved(Int)
    /// Nothing can move now: wait for the descriptor to become ready.
    case blocked
    case failed(Errno)
}

/// What waited at a listener.
package enum Acceptance {
    /// A descriptor that the caller owns now.
    case connection(CInt, SocketAddress)
    case none
    case failed(Errno)
}

/// System calls on raw descriptors, with EINTR, EAGAIN and the unforgivable handled in one place.
package enum Syscall {
    package static func receive(
        _ descriptor: CInt, into buffer: UnsafeMutableRawPointer, count: Int
    ) -> Transfer {
        while true {
            let moved = teal_receive(descriptor, buffer, UInt(bitPattern: count))
            if moved >= 0 { return .moved(moved) }
            if moved != -Int(EINTR) { return refusal(CInt(-moved)) }
        }
    }

    /// Whether a connection at rest can be used: no bytes wait and its peer has not closed it.
    package static func isQuiet(_ descriptor: CInt) -> Bool {
        var byte: UInt8 = 0
        while true {
            let moved = recv(descriptor, &byte, 1, CInt(MSG_PEEK))
            if moved >= 0 { return false }
            if errno != EINTR { return errno == EAGAIN }
        }
    }

    /// Never raises SIGPIPE: a closed peer is `.failed`.
    package static func send(
        _ descriptor: CInt, _ buffer: UnsafeRawPointer, count: Int
    ) -> Transfer {
        while true {
            let moved = teal_send(descriptor, buffer, UInt(bitPattern: count))
            if moved >= 0 { return .moved(moved) }
            if moved != -Int(EINTR) { return refusal(CInt(-moved)) }
        }
    }

    package static func receiveDatagram(
        _ descriptor: CInt, into buffer: UnsafeMutableRawPointer, count: Int
    ) -> (transfer: Transfer, sender: SocketAddress?) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        while true {
            let moved = withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, buffer, count, 0, $0, &length)
                }
            }
            if moved >= 0 { return (.moved(moved), SocketAddress(storage)) }
            if errno != EINTR { return (refusal(), nil) }
        }
    }

    package static func sendDatagram(
        _ descriptor: CInt, _ buffer: UnsafeRawPointer, count: Int, to address: SocketAddress
    ) -> Transfer {
        while true {
            let moved = address.withPointer { pointer, length in
                sendto(
                    descriptor, buffer, count, CInt(MSG_NOSIGNAL), pointer, length)
            }
            if moved >= 0 { return .moved(moved) }
            if errno != EINTR { return refusal() }
        }
    }

    /// The next connection that waits at a listener, and who made it.
    ///
    /// Connections that ended while they waited are passed over.
    package static func accept(_ listener: CInt) -> Acceptance {
        var storage = sockaddr_storage()
        while true {
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    teal_accept(listener, $0, &length)
                }
            }
            if accepted >= 0 {
                guard let peer = SocketAddress(storage) else {
                    close(accepted)
                    continue
                }
                return .connection(accepted, peer)
            }
            switch errno {
            case EAGAIN: return .none
            case EINTR, ECONNABORTED, EPROTO: continue
            default:
                trapIfUnforgivable(errno)
                return .failed(.last)
            }
        }
    }

    /// Makes `close` reset the connection: its peer sees that something is missing.
    package static func resetOnClose(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        let length = socklen_t(MemoryLayout<linger>.size)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, length)
    }

    /// The address that a connection has on this side.
    package static func localAddress(_ descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        return status == 0 ? SocketAddress(storage) : nil
    }

    /// Tells the peer that no more bytes will come; reading goes on.
    package static func shutdownWriting(_ descriptor: CInt) {
        _ = shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Closes once: on Linux the descriptor is gone even after EINTR.
    package static func close(_ descriptor: CInt) {
        if Glibc.close(descriptor) < 0 { trapIfUnforgivable(errno) }
    }

    /// Lets this process have as many descriptors as it may: a server needs one a connection.
    package static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The steady clock in microseconds; its zero has no meaning.
    package static func steadyMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000
    }

    /// The time of day in seconds since 1970, until 2106.
    package static func unixSecond() -> UInt32 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return UInt32(truncatingIfNeeded: time.tv_sec)
    }

    private static func refusal(_ code: CInt = errno) -> Transfer {
        if code == EAGAIN { return .blocked }
        trapIfUnforgivable(code)
        return .failed(Errno(code: code))
    }

    /// A bad descriptor or a bad address is a defect of ours that would corrupt other connections.
    static func trapIfUnforgivable(_ code: CInt) {
        precondition(code != EBADF && code != EFAULT && code != ENOTSOCK)
    }
}
