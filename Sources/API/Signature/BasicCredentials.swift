import FoundationEssentials

/// The key pair as a client sends it that cannot sign: HTTP's Basic scheme (RFC 7617).
struct BasicCredentials {
    let accessKeyId: String
    let secretAccessKey: String

    /// What a client without them is told to send.
    static let challenge = "Basic realm=\"teal\", charset=\"UTF-8\""

    /// `nil` for a request that has none.
    init?(_ request: APIRequest) {
        guard let header = request.header("authorization") else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Data(base64Encoded: String(parts[1]))
        else { return nil }
        let pair = String(decoding: bytes, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return nil }
        accessKeyId = String(pair[0])
        secretAccessKey = String(pair[1])
    }
}

extension SignatureVerifier {
    /// Whether `request` shows our key pair itself.
    func accepts(_ shown: BasicCredentials) -> Bool {
        let isKey = isEqual(credentials.accessKeyId, shown.accessKeyId)
        let isSecret = isEqual(credentials.secretAccessKey, shown.secretAccessKey)
        return isKey && isSecret
    }
}
