import Model

/// Tells whether a request was signed with our key pair, lately, and as it stands.
struct SignatureVerifier {
    /// How far a client's clock may be from ours, as at AWS.
    static let skewSecondsMax: Int64 = 15 * 60

    let credentials: Credentials

    /// Throws AWS's error for what is wrong with the signature.
    func verify(_ request: APIRequest, at now: Instant) throws(Fault) {
        guard let header = request.header("authorization") else {
            throw .missingAuthenticationToken
        }
        let authorization = try Authorization(parsing: header)
        guard authorization.accessKeyId == credentials.accessKeyId else {
            throw .unrecognizedClient
        }
        let timestamp = try timestamp(of: request, under: authorization.scope, at: now)
        try checkCoverage(of: request, by: authorization.signedHeaders)
        let signature = Signature(
            scope: authorization.scope, timestamp: timestamp,
            signedHeaders: authorization.signedHeaders.sorted())
        let expected = signature.value(
            of: request, payloadHash: try payloadHash(of: request),
            secret: credentials.secretAccessKey)
        guard isEqual(Signature.hexadecimal(expected), authorization.signature) else {
            throw .signatureMismatch
        }
    }

    private func timestamp(
        of request: APIRequest, under scope: SignatureScope, at now: Instant
    ) throws(Fault) -> Timestamp {
        guard let text = request.header("x-amz-date") else {
            throw .incompleteSignature("Authorization header requires existence of 'X-Amz-Date'.")
        }
        guard let timestamp = Timestamp(parsing: text) else {
            throw .incompleteSignature("'X-Amz-Date' must have the shape YYYYMMDDThhmmssZ.")
        }
        guard timestamp.date == scope.date else {
            throw .invalidSignature(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
                    + "from HTTP: '\(scope.date)' != '\(timestamp.date)', from '\(text)'.")
        }
        let age = Timestamp(now).seconds - timestamp.seconds
        guard age <= SignatureVerifier.skewSecondsMax else {
            throw .invalidSignature(
                "Signature expired: \(text) is now earlier than "
                    + "\(Timestamp(now).text) - 15 min.")
        }
        guard age >= -SignatureVerifier.skewSecondsMax else {
            throw .invalidSignature(
                "Signature not yet current: \(text) is still later than "
                    + "\(Timestamp(now).text) + 15 min.")
        }
        return timestamp
    }

    /// What decides the request's meaning must be signed: its host and every `x-amz-` header, the
    /// session token apart, which means nothing here.
    private func checkCoverage(
        of request: APIRequest, by signedHeaders: [String]
    ) throws(Fault) {
        for header in request.headers.map(\.name) + ["host"]
        where header == "host" || header.hasPrefix("x-amz-") {
            guard header == "x-amz-security-token" || signedHeaders.contains(header) else {
                throw .invalidSignature("'\(header)' must be a 'SignedHeader' in the request.")
            }
        }
    }

    private func payloadHash(of request: APIRequest) throws(Fault) -> String {
        let actual = Signature.sha256(request.body)
        guard let claimed = request.header("x-amz-content-sha256") else { return actual }
        guard claimed == actual || claimed == Signature.unsignedPayload else {
            throw .invalidSignature(
                "The provided 'x-amz-content-sha256' header does not match what was computed.")
        }
        return claimed
    }

    /// Takes the same time wherever the first difference is.
    func isEqual(_ expected: String, _ claimed: String) -> Bool {
        let expected = Array(expected.utf8)
        let claimed = Array(claimed.utf8)
        guard expected.count == claimed.count else { return false }
        return zip(expected, claimed).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
