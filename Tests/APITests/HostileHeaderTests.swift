import Model
import Testing

@testable import API

/// Headers that no client of ours sends: each gets an error, none a crash.
@Suite struct HostileHeaderTests {
    private static let pieces = [
        "AWS4-HMAC-SHA256", " ", "Credential=", "SignedHeaders=", "Signature=", ",", ";", "/", "=",
        "AKIDEXAMPLE", "20261122", "us-east-1", "ecs", "aws4_request", "host", "x-amz-date", "%",
        "\u{0}", "é", "\t", "0123456789abcdef", "20261122T181500Z",
    ]

    @Test(arguments: UInt64(1)...20)
    func areRefused(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        let verifier = SignatureVerifier(credentials: Harness.credentials)
        func text() -> String {
            (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                HostileHeaderTests.pieces.randomElement(using: &generator) ?? ""
            }.joined()
        }
        for _ in 0..<500 {
            let request = APIRequest(
                method: text(), path: text(), query: text(),
                headers: [
                    APIRequest.Header("host", text()),
                    APIRequest.Header("authorization", "AWS4-HMAC-SHA256 " + text()),
                    APIRequest.Header("x-amz-date", text()),
                    APIRequest.Header("x-amz-content-sha256", text()),
                ])
            #expect(throws: Fault.self) { try verifier.verify(request, at: Harness.now) }
        }
    }
}
