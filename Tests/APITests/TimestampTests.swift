import Model
import Testing

@testable import API

@Suite struct TimestampTests {
    @Test(arguments: [
        ("19700101T000000Z", 0), ("20150830T123600Z", 1_440_938_160),
        ("20000229T235959Z", 951_868_799), ("20261122T181500Z", 1_795_371_300),
    ])
    func readsAndWrites(text: String, seconds: Int64) {
        #expect(Timestamp(parsing: text)?.seconds == seconds)
        #expect(Timestamp(Instant(milliseconds: seconds * 1000 + 999)).text == text)
    }

    @Test(arguments: [
        "", "2015-08-30T12:36:00Z", "20150830T123600", "20151330T123600Z", "20150830T243600Z",
        "2015083OT123600Z",
    ])
    func refusesOtherShapes(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }
}
