import Model
import Testing

@testable import Routing

private func read(_ bytes: [UInt8]) -> ProxyHeader.Reading {
    bytes.withUnsafeBytes { ProxyHeader.read($0) }
}

private func read(_ text: String) -> ProxyHeader.Reading { read(Array(text.utf8)) }

private func ends(
    _ source: String, _ sourcePort: UInt16, _ destination: String, _ destinationPort: UInt16
) throws -> ProxyHeader.Ends {
    ProxyHeader.Ends(
        source: try #require(IPAddress(source)), port: sourcePort,
        destination: try #require(IPAddress(destination)), port: destinationPort)
}

private let start = ProxyHeader.signature

@Test(
    arguments: [
        (
            "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1", 56324, "198.51.100.2",
            443
        ),
        ("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "255.255.255.255", 65535, "0.0.0.0", 0),
        ("PROXY TCP6 2001:db8::1 ::1 5 80\r\n", "2001:db8::1", 5, "::1", 80),
        ("PROXY TCP6 ::ffff:192.0.2.1 ::1 5 80\r\n", "::ffff:192.0.2.1", 5, "::1", 80),
    ] as [(String, String, UInt16, String, UInt16)])
func headersInTextAreRead(
    text: String, source: String, port: UInt16, destination: String, toPort: UInt16
) throws {
    let expected = try ends(source, port, destination, toPort)
    let whole = ProxyHeader.Reading.whole(
        ProxyHeader(length: text.utf8.count, ends: expected))
    #expect(read(text) == whole)
    #expect(read(text + "GET / HTTP/1.1\r\n") == whole)
    for count in 0..<text.utf8.count {
        #expect(read(Array(text.utf8.prefix(count))) == .incomplete)
    }
}

@Test(arguments: [
    "GET / HTTP/1.1\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\n", "PROXY \n",
    "PROXY \r\n", "PROXY TCP4\r\n", "PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n", "PROXY TCP4 192.0.2.256 198.51.100.2 1 2\r\n",
    "PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n", "PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
    "PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 65536 2\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 -1 2\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 +1 2\r\n", "PROXY TCP5 192.0.2.1 198.51.100.2 1 2\r\n",
    "PROXY tcp4 192.0.2.1 198.51.100.2 1 2\r\n", "proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1\r198.51.100.2 1 2\r\n", "PROXY TCP4 192.0.2.1\t198.51.100.2 1 2\r\n",
    "PROXY UNKNOWNS\r\n", " PROXY UNKNOWN\r\n", "\r\n\r\nGET",
])
func whatIsNoHeaderInTextIsRefused(text: String) {
    #expect(read(text) == .malformed)
}

@Test func anUnknownClientIsNone() {
    for text in ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN ::1 ::2 3 4\r\n", "PROXY UNKNOWN ?\r\n"] {
        #expect(read(text) == .whole(ProxyHeader(length: text.utf8.count, ends: nil)))
    }
}

@Test func aLineHasAnEnd() {
    let room = ProxyHeader.lineBytesMax - "PROXY UNKNOWN \r\n".utf8.count
    let longest = "PROXY UNKNOWN " + String(repeating: "x", count: room)
    #expect(read(longest) == .incomplete)
    #expect(
        read(longest + "\r\n") == .whole(ProxyHeader(length: ProxyHeader.lineBytesMax, ends: nil)))
    #expect(read(longest + "x\r\n") == .malformed)
    #expect(read(longest + "xx") == .malformed)
}

@Test func binaryHeadersAreRead() throws {
    let four: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 2, 220, 4, 1, 187]
    let expected = try ends("192.0.2.1", 56324, "198.51.100.2", 443)
    let plain = start + [0x21, 0x11, 0, 12] + four
    #expect(read(plain + [71]) == .whole(ProxyHeader(length: 28, ends: expected)))
    for count in 0..<28 { #expect(read(Array(plain.prefix(count))) == .incomplete) }
    // With a type-length-value of two bytes, and an empty one.
    let more = start + [0x21, 0x11, 0, 20] + four + [4, 0, 2, 1, 1, 0xE0, 0, 0]
    #expect(read(more) == .whole(ProxyHeader(length: 36, ends: expected)))
    let six = [UInt8](repeating: 0, count: 15) + [1] + [0x20, 1, 0x0D, 0xB8]
    let rest = [UInt8](repeating: 0, count: 11) + [2, 0, 80, 1, 187]
    let long = start + [0x21, 0x21, 0, 36] + six + rest
    #expect(
        read(long) == .whole(ProxyHeader(length: 52, ends: try ends("::1", 80, "2001:db8::2", 443)))
    )
}

@Test func aProxyThatSpeaksForItselfIsTheClient() {
    let unix = [UInt8](repeating: 1, count: 216)
    for bytes: [UInt8] in [
        [0x20, 0, 0, 0], [0x20, 0x11, 0, 1, 9], [0x21, 0, 0, 0], [0x21, 0x31, 0, 216] + unix,
    ] {
        let whole = start + bytes
        #expect(read(whole) == .whole(ProxyHeader(length: whole.count, ends: nil)))
    }
}

@Test(
    arguments: [
        // Version 1, version 3, an unknown command.
        [0x11, 0x11, 0, 12], [0x31, 0x11, 0, 12], [0x22, 0x11, 0, 12],
        // Datagrams, and families and transports that there are not.
        [0x21, 0x12, 0, 0], [0x21, 0x22, 0, 0], [0x21, 0x13, 0, 0], [0x21, 0x41, 0, 0],
        // No room for the addresses, or for what comes after them.
        [0x21, 0x11, 0, 2, 1, 2], [0x21, 0x00, 0, 2, 1, 2], [0x21, 0x00, 0, 4, 1, 0, 2, 9],
        // Longer than any may be.
        [0x21, 0x11, 0x07, 0xF1], [0x20, 0, 0xFF, 0xFF],
    ] as [[UInt8]])
func whatIsNoBinaryHeaderIsRefused(bytes: [UInt8]) {
    #expect(read(start + bytes) == .malformed)
}

@Test func theLongestBinaryHeaderIsRead() {
    let longest = start + [0x20, 0, 0x07, 0xF0]
    #expect(read(longest) == .incomplete)
    let whole = longest + [UInt8](repeating: 0, count: ProxyHeader.bytesMax - longest.count)
    #expect(read(whole) == .whole(ProxyHeader(length: ProxyHeader.bytesMax, ends: nil)))
}

@Test(arguments: [ProxyHeader.Version.v1, .v2])
func whatIsWrittenIsReadTheSame(version: ProxyHeader.Version) throws {
    let cases: [(ProxyHeader.Ends?, ProxyHeader.Ends?)] = [
        (nil, nil),
        (try ends("192.0.2.1", 1, "10.0.0.1", 80), try ends("192.0.2.1", 1, "10.0.0.1", 80)),
        (try ends("::1", 65535, "::2", 0), try ends("::1", 65535, "::2", 0)),
        // A socket of IPv6 shows IPv4 so.
        (
            try ends("::ffff:192.0.2.1", 1, "::ffff:10.0.0.1", 2),
            try ends("192.0.2.1", 1, "10.0.0.1", 2)
        ),
        (
            try ends("2001:db8::1", 1, "10.0.0.1", 2),
            try ends("2001:db8::1", 1, "::ffff:10.0.0.1", 2)
        ),
    ]
    for (said, expected) in cases {
        let bytes = ProxyHeader.bytes(said, version)
        #expect(read(bytes) == .whole(ProxyHeader(length: bytes.count, ends: expected)))
    }
}
