import Routing
import Testing

/// Feeds `text` in pieces of `stride` bytes; returns the payload, or `nil` when it is malformed.
private func read(
    _ text: String, _ framing: BodyFraming, stride: Int
) -> (payload: String, isComplete: Bool, used: Int)? {
    var reader = BodyReader(framing)
    var payload: [UInt8] = []
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count, !reader.isComplete {
        let piece = Array(bytes[start..<min(start + stride, bytes.count)])
        var offset = 0
        var isOpen = true
        while isOpen {
            let next = piece.withUnsafeBytes { reader.next($0, at: &offset) }
            switch next {
            case .payload(let from, let count): payload += piece[from..<(from + count)]
            case .starved, .end: isOpen = false
            case .malformed: return nil
            }
        }
        start += offset
    }
    return (String(decoding: payload, as: UTF8.self), reader.isComplete, start)
}

/// Cut anywhere, a body gives the same payload and ends at the same place.
@Test(arguments: [
    ("3\r\nabc\r\n0\r\n\r\nrest", BodyFraming.chunked, "abc", 13),
    (
        "03;x=\"y\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\nU:\r\n\r\n", .chunked,
        "abc0123456789", 45
    ),
    ("0\r\n\r\n", .chunked, "", 5),
    ("hello, more", .length(5), "hello", 5),
])
func bodiesEndWhereTheyShould(
    text: String, framing: BodyFraming, payload: String, length: Int
) throws {
    for stride in 1...text.utf8.count {
        let result = try #require(read(text, framing, stride: stride))
        #expect(result.payload == payload)
        #expect(result.isComplete)
        #expect(result.used == length)
    }
}

@Test(arguments: [
    "\r\n", "g\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "3\r\nabc\n", "3 \r\nabc\r\n", "-1\r\n",
    "0x3\r\nabc", "3;\nabc\r\n", "3;a\0b\r\n", "1000000000000000\r\n", "0\r\nT v\r\n\r\n",
    "0\r\n: v\r\n\r\n", "0\r\nT: \0\r\n\r\n", "0\r\n\r\r", "0\r\n T: v\r\n\r\n", ";x\r\n",
])
func brokenChunksAreRefused(text: String) {
    for stride in 1...text.utf8.count {
        #expect(read(text, .chunked, stride: stride) == nil)
    }
}

@Test func whatIsAroundTheChunksIsBounded() {
    let fits = String(repeating: "x", count: BodyReader.overheadBytesMax - 10)
    #expect(read("1;\(fits)\r\na\r\n0\r\n\r\n", .chunked, stride: 64)?.payload == "a")
    #expect(read("1;\(fits)xxxxxxxxxx\r\na\r\n0\r\n\r\n", .chunked, stride: 64) == nil)
    let trailers = String(repeating: "T: v\r\n", count: BodyReader.overheadBytesMax / 5 + 1)
    #expect(read("0\r\n\(trailers)\r\n", .chunked, stride: 64) == nil)
}

@Test func aBodyWithoutFramingEndsWithItsConnection() throws {
    let result = try #require(read("anything", .untilClose, stride: 3))
    #expect(result.payload == "anything")
    #expect(!result.isComplete)
    #expect(BodyReader(.untilClose).endsWithConnection)
    #expect(BodyReader(.none).isComplete)
}
