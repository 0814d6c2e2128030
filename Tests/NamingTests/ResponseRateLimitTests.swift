import Model
import Testing

@testable import Naming

@Suite struct ResponseRateLimitTests {
    private let here = IPAddress.v4(0x0A00_0001)

    @Test func countsPerNetworkKindAndSecond() {
        var limit = ResponseRateLimit(responsesPerSecond: 2, key: SipKey(low: 1, high: 2))
        var verdicts = (0..<6).map { _ in limit.verdict(to: here, .noError, at: 7) }
        #expect(verdicts == [.answer, .answer, .drop, .slip, .drop, .slip])
        // The same network of 24 bits, another network, another kind, another second.
        #expect(limit.verdict(to: .v4(0x0A00_00FF), .noError, at: 7) == .drop)
        verdicts = [
            limit.verdict(to: .v4(0x0A00_0101), .noError, at: 7),
            limit.verdict(to: here, .nameError, at: 7), limit.verdict(to: here, .noError, at: 8),
        ]
        #expect(verdicts == [.answer, .answer, .answer])
    }

    @Test func limitsNothingUnlessAsked() {
        var limit = ResponseRateLimit(responsesPerSecond: 0, key: SipKey(low: 1, high: 2))
        for _ in 0..<1000 { #expect(limit.verdict(to: here, .noError, at: 7) == .answer) }
    }

    @Test func remembersABoundedNumberOfNetworks() {
        var limit = ResponseRateLimit(responsesPerSecond: 1, key: SipKey(low: 1, high: 2))
        for number in 0..<(UInt32(ResponseRateLimit.slotsMax) * 2) {
            _ = limit.verdict(to: .v4(number << 8), .noError, at: 7)
        }
        let verdicts = (0..<2).map { _ in limit.verdict(to: .v4(1), .noError, at: 7) }
        #expect(verdicts[1] != .answer)
    }
}
