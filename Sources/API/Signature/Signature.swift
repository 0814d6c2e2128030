import Crypto
import FoundationEssentials

/// AWS Signature Version 4: how a request, a time and a secret become 64 hexadecimal digits.
///
/// Signing and checking are the same computation; see "Create a signed AWS API request" in the
/// IAM user guide.
struct Signature {
    static let algorithm = "AWS4-HMAC-SHA256"
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    let scope: SignatureScope
    let timestamp: Timestamp
    /// In lower case, sorted.
    let signedHeaders: [String]

    /// The signature of `request` under `secret`; `payloadHash` is of its body, or
    /// `unsignedPayload`.
    func value(of request: APIRequest, payloadHash: String, secret: String) -> [UInt8] {
        let text = stringToSign(for: request, payloadHash: payloadHash)
        return Signature.hmac(text, key: signingKey(of: secret))
    }

    func stringToSign(for request: APIRequest, payloadHash: String) -> String {
        let canonical = canonicalRequest(for: request, payloadHash: payloadHash)
        return [
            Signature.algorithm, timestamp.text, scope.text,
            Signature.sha256(Array(canonical.utf8)),
        ].joined(separator: "\n")
    }

    func canonicalRequest(for request: APIRequest, payloadHash: String) -> String {
        [
            request.method,
            PercentEncoding.encoded(request.path, keeping: UInt8(ascii: "/")),
            Signature.canonical(query: request.query),
            signedHeaders.map { canonicalHeader($0, of: request) + "\n" }.joined(),
            signedHeaders.joined(separator: ";"),
            payloadHash,
        ].joined(separator: "\n")
    }

    /// Every value of that name, trimmed, with runs of spaces made one.
    private func canonicalHeader(_ name: String, of request: APIRequest) -> String {
        let values = request.headers.filter { $0.name == name }.map { header in
            header.value.split(separator: " ", omittingEmptySubsequences: true)
                .joined(separator: " ")
        }
        return "\(name):\(values.joined(separator: ","))"
    }

    private func signingKey(of secret: String) -> [UInt8] {
        let date = Signature.hmac(scope.date, key: Array("AWS4\(secret)".utf8))
        let region = Signature.hmac(scope.region, key: date)
        let service = Signature.hmac(scope.service, key: region)
        return Signature.hmac(SignatureScope.terminator, key: service)
    }

    /// Names and values encoded anew and sorted by their encoded text.
    private static func canonical(query: String) -> String {
        let pairs = query.split(separator: "&").map { parameter in
            let parts = parameter.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? PercentEncoding.decoded(parts[1]) : []
            return (
                PercentEncoding.encoded(PercentEncoding.decoded(parts[0])),
                PercentEncoding.encoded(value)
            )
        }
        return pairs.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    static func sha256(_ bytes: [UInt8]) -> String {
        hexadecimal(SHA256.hash(data: bytes))
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(text.utf8), using: SymmetricKey(data: key))
        return Array(code)
    }
}

/// Where and when a signature is good: `20150830/us-east-1/ecs/aws4_request`.
struct SignatureScope: Hashable {
    static let terminator = "aws4_request"

    let date: String
    let region: String
    let service: String

    var text: String { "\(date)/\(region)/\(service)/\(SignatureScope.terminator)" }
}
