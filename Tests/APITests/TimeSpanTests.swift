import Testing

@testable import API

@Suite struct TimeSpanTests {
    @Test(
        arguments: [
            ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("1h", 3_600_000),
            ("2d", 172_800_000),
            ("0", 0), ("0s", 0), ("90s", 90_000),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(TimeSpan(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "s", "10", "-1s", "1.5s", "1 s", "10S", "٣s", "99999999999999999999s", "200000d", "1w",
    ])
    func refuses(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test(arguments: ["500ms", "10s", "90s", "5m", "1h", "2d", "0s"])
    func writesWhatItReads(text: String) {
        #expect(TimeSpan(text)?.description == text)
    }
}
