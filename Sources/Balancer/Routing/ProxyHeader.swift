package import Model

/// What a proxy says at the start of a connection of whom it comes from: the header of HAProxy's
/// PROXY protocol, version 1 (text) or 2 (binary).
package struct ProxyHeader: Hashable, Sendable {
    package enum Version: Hashable, Sendable {
        case v1
        case v2
    }

    /// The connection between the first client and the first proxy.
    package struct Ends: Hashable, Sendable {
        package let source: IPAddress
        package let sourcePort: UInt16
        package let destination: IPAddress
        package let destinationPort: UInt16

        package init(
            source: IPAddress, port sourcePort: UInt16, destination: IPAddress,
            port destinationPort: UInt16
        ) {
            self.source = source
            self.sourcePort = sourcePort
            self.destination = destination
            self.destinationPort = destinationPort
        }
    }

    /// In bytes.
    package let length: Int
    /// `nil` when the proxy speaks for itself, or does not know.
    package let ends: Ends?

    /// The longest header that is read, whatever it holds besides addresses.
    package static let bytesMax = 2048

    package init(length: Int, ends: Ends?) {
        self.length = length
        self.ends = ends
    }
}

extension ProxyHeader {
    /// What the start of a connection is.
    package enum Reading: Hashable, Sendable {
        /// The beginning of a header.
        case incomplete
        case malformed
        case whole(ProxyHeader)
    }

    package static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        if begins(bytes, with: textStart) {
            return bytes.count < textStart.count ? .incomplete : readText(bytes)
        }
        guard begins(bytes, with: signature) else { return .malformed }
        return bytes.count < fixedBytes ? .incomplete : readBinary(bytes)
    }

    /// Whether one of both is the beginning of the other.
    private static func begins(_ bytes: UnsafeRawBufferPointer, with start: [UInt8]) -> Bool {
        zip(bytes, start).allSatisfy { $0 == $1 }
    }
}

// MARK: Version 1

extension ProxyHeader {
    static let textStart = Array("PROXY ".utf8)
    /// The longest line, its end included.
    static let lineBytesMax = 107

    private static func readText(_ bytes: UnsafeRawBufferPointer) -> Reading {
        let line = bytes.prefix(lineBytesMax)
        guard let end = line.firstIndex(of: Byte.lineFeed) else {
            return bytes.count < lineBytesMax ? .incomplete : .malformed
        }
        guard bytes[end - 1] == Byte.carriageReturn else { return .malformed }
        let words = bytes[textStart.count..<(end - 1)]
            .split(separator: Byte.space, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        // What such a proxy says besides is to be ignored.
        if words.first == "UNKNOWN" { return .whole(ProxyHeader(length: end + 1, ends: nil)) }
        guard words.count == 5, let source = address(words[1], words[0]),
            let destination = address(words[2], words[0]), let sourcePort = port(words[3]),
            let destinationPort = port(words[4])
        else { return .malformed }
        let ends = Ends(
            source: source, port: sourcePort, destination: destination, port: destinationPort)
        return .whole(ProxyHeader(length: end + 1, ends: ends))
    }

    private static func address(_ text: String, _ family: String) -> IPAddress? {
        guard let address = IPAddress(text) else { return nil }
        return switch (address, family) {
        case (.v4, "TCP4"), (.v6, "TCP6"): address
        default: nil
        }
    }

    private static func port(_ text: String) -> UInt16? {
        let digits = text.utf8
        guard (1...5).contains(digits.count), digits.allSatisfy(\.isDigit),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return UInt16(text)
    }
}

// MARK: Version 2

extension ProxyHeader {
    static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    /// Signature, version and command, family, and the length of the rest.
    static let fixedBytes = 16

    private static func readBinary(_ bytes: UnsafeRawBufferPointer) -> Reading {
        let length = fixedBytes + Int(word(bytes, at: 14) as UInt16)
        guard bytes[12] == 0x20 || bytes[12] == 0x21, length <= bytesMax else { return .malformed }
        guard bytes.count >= length else { return .incomplete }
        // LOCAL: what follows is to be passed over.
        guard bytes[12] == 0x21 else { return .whole(ProxyHeader(length: length, ends: nil)) }
        guard let size = addressBytes(bytes[13]), fixedBytes + size <= length,
            isWellFramed(bytes, from: fixedBytes + size, to: length)
        else { return .malformed }
        return .whole(ProxyHeader(length: length, ends: ends(bytes, size)))
    }

    /// So many bytes do the addresses of a family take; of a stream only, the rest is not for us.
    private static func addressBytes(_ family: UInt8) -> Int? {
        switch family {
        case 0x00: 0
        case 0x11: 12
        case 0x21: 36
        case 0x31: 216
        default: nil
        }
    }

    /// Addresses of other families say nothing to us.
    private static func ends(_ bytes: UnsafeRawBufferPointer, _ size: Int) -> Ends? {
        let start = fixedBytes
        switch size {
        case 12:
            return Ends(
                source: .v4(word(bytes, at: start)), port: word(bytes, at: start + 8),
                destination: .v4(word(bytes, at: start + 4)), port: word(bytes, at: start + 10))
        case 36:
            return Ends(
                source: six(bytes, at: start), port: word(bytes, at: start + 32),
                destination: six(bytes, at: start + 16), port: word(bytes, at: start + 34))
        default:
            return nil
        }
    }

    /// Whether there are whole type-length-values, and nothing else.
    private static func isWellFramed(
        _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int
    ) -> Bool {
        var at = start
        while at + 3 <= end { at += 3 + Int(word(bytes, at: at + 1) as UInt16) }
        return at == end
    }

    private static func six(_ bytes: UnsafeRawBufferPointer, at place: Int) -> IPAddress {
        .v6(high: word(bytes, at: place), low: word(bytes, at: place + 8))
    }

    private static func word<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, at place: Int
    ) -> Word {
        Word(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Word.self))
    }
}
