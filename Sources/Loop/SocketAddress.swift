package import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package let isIPv6: Bool
    package let port: UInt16
    /// The address in network order; IPv4 has its four bytes at the start of `upper`.
    private let upper: UInt64
    private let lower: UInt64

    /// Takes an address in text; `nil` when it is no IPv4 or IPv6 literal.
    package init?(_ text: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(isIPv6: false, port: port, upper: UInt64(four.s_addr), lower: 0)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let words = withUnsafeBytes(of: &six) { $0.loadUnaligned(as: SIMD2<UInt64>.self) }
            self.init(isIPv6: true, port: port, upper: words[0], lower: words[1])
        } else {
            return nil
        }
    }

    /// Takes what the kernel wrote; `nil` for other families.
    init?(_ storage: sockaddr_storage) {
        let address: SocketAddress? = withUnsafeBytes(of: storage) { bytes in
            switch CInt(storage.ss_family) {
            case AF_INET:
                let four = bytes.loadUnaligned(as: sockaddr_in.self)
                return SocketAddress(
                    isIPv6: false, port: UInt16(bigEndian: four.sin_port),
                    upper: UInt64(four.sin_addr.s_addr), lower: 0)
            case AF_INET6:
                let port = bytes.loadUnaligned(as: sockaddr_in6.self).sin6_port
                return SocketAddress(
                    isIPv6: true, port: UInt16(bigEndian: port),
                    upper: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    lower: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            default:
                return nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    private init(isIPv6: Bool, port: UInt16, upper: UInt64, lower: UInt64) {
        self.isIPv6 = isIPv6
        self.port = port
        self.upper = upper
        self.lower = lower
    }

    /// The address as numbers; IPv4's is in `low`.
    package var numbers: (high: UInt64, low: UInt64) {
        guard isIPv6 else { return (0, UInt64(UInt32(truncatingIfNeeded: upper).bigEndian)) }
        return (upper.bigEndian, lower.bigEndian)
    }

    package func with(port: UInt16) -> SocketAddress {
        SocketAddress(isIPv6: isIPv6, port: port, upper: upper, lower: lower)
    }

    /// What one client can be told by: an IPv4 address without its port, of an IPv6 address the
    /// network of 64 bits from which its host may take any.
    package var network: SocketAddress {
        let isMapped = upper == 0 && UInt64(bigEndian: lower) >> 32 == 0xFFFF
        return SocketAddress(
            isIPv6: isIPv6, port: 0, upper: upper, lower: isIPv6 && !isMapped ? 0 : lower)
    }

    /// The four or sixteen bytes of the address, in network order.
    package var bytes: [UInt8] {
        withUnsafeBytes(of: (upper, lower)) { Array($0.prefix(isIPv6 ? 16 : 4)) }
    }

    /// The address without its port.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = withUnsafeBytes(of: (upper, lower)) { bytes in
            inet_ntop(
                isIPv6 ? AF_INET6 : AF_INET, bytes.baseAddress, &text, socklen_t(text.count))
        }
        return text.withUnsafeBufferPointer { buffer in
            String(
                decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package var family: CInt { isIPv6 ? AF_INET6 : AF_INET }

    /// Calls `body` with the form that the kernel reads.
    package func withPointer<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        let length = withUnsafeMutableBytes(of: &storage) { fill($0) }
        return withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    private func fill(_ bytes: UnsafeMutableRawBufferPointer) -> socklen_t {
        guard isIPv6 else {
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            four.sin_addr.s_addr = UInt32(truncatingIfNeeded: upper)
            bytes.storeBytes(of: four, as: sockaddr_in.self)
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        bytes.storeBytes(of: six, as: sockaddr_in6.self)
        bytes.storeBytes(of: upper, toByteOffset: 8, as: UInt64.self)
        bytes.storeBytes(of: lower, toByteOffset: 16, as: UInt64.self)
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }
}
