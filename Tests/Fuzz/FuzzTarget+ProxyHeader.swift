import Model
import Routing

extension FuzzTarget {
    /// The PROXY protocol's header: nothing is read beyond it or short of it, what is read is said
    /// again and read the same, and less of it is never something else.
    static let proxyHeader = FuzzTarget(
        "proxy-header",
        seeds: [
            "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nGET / HTTP/1.1\r\n",
            "PROXY TCP6 2001:db8::1 ::ffff:198.51.100.2 0 65535\r\n",
            "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "PROXY UNKNOWN\r\n", "PROXY TCP4 1.2.3.4",
            "PROXY TCP4 192.0.2.01 198.51.100.2 05 65536\r\n",
        ],
        octets: [
            start + [0x20, 0, 0, 0], start + [0x20, 0x11, 0, 2, 1, 2],
            start + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 2, 220, 4, 1, 187],
            start + [0x21, 0x21, 0, 36] + [UInt8](repeating: 7, count: 36),
            start + [
                0x21, 0x11, 0, 19, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 0, 2, 4, 0, 1, 9, 0xEE, 0, 0,
            ],
            start + [0x21, 0, 0xFF, 0xFF], start + [0x21, 0x31, 0, 216],
        ],
        check: { bytes in
            bytes.withUnsafeBytes { checkProxyHeader($0) }
        })

    private static let start: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

    private static func checkProxyHeader(_ bytes: UnsafeRawBufferPointer) {
        let reading = ProxyHeader.read(bytes)
        guard case .whole(let header) = reading else {
            precondition(reading == .malformed || bytes.count < ProxyHeader.bytesMax)
            return
        }
        precondition((1...bytes.count).contains(header.length))
        precondition(header.length <= ProxyHeader.bytesMax)
        let exactly = UnsafeRawBufferPointer(rebasing: bytes[..<header.length])
        precondition(ProxyHeader.read(exactly) == reading)
        for count in 0..<header.length {
            let less = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            precondition(ProxyHeader.read(less) == .incomplete)
        }
        for version in [ProxyHeader.Version.v1, .v2] {
            check(header.ends, isSaidIn: version)
        }
    }

    private static func check(_ ends: ProxyHeader.Ends?, isSaidIn version: ProxyHeader.Version) {
        let written = ProxyHeader.bytes(ends, version)
        let reading = written.withUnsafeBytes { ProxyHeader.read($0) }
        guard case .whole(let again) = reading else {
            preconditionFailure("what we write is no header")
        }
        precondition(again.length == written.count)
        precondition(again.ends?.sourcePort == ends?.sourcePort)
        precondition(again.ends?.destinationPort == ends?.destinationPort)
        guard let ends, let said = again.ends, said.source != ends.source else { return }
        // Only one of two kinds is said in the other's.
        precondition(IPAddress("::ffff:\(ends.source)") == said.source || isMapped(ends.source))
    }

    private static func isMapped(_ address: IPAddress) -> Bool {
        guard case .v6(high: 0, let low) = address else { return false }
        return low >> 32 == 0xFFFF
    }
}
