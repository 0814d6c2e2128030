package import Model

/// Signs requests with a key pair, for our own commands.
package struct RequestSigner: Sendable {
    package let credentials: Credentials
    package let region: String
    /// The signing name: `ecs`.
    package let service: String

    package init(credentials: Credentials, region: String, service: String = "ecs") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// Adds `x-amz-date` and `authorization`. All other headers must be there already, `host` among
    /// them; all of them are signed.
    package func sign(_ request: inout APIRequest, at now: Instant) {
        let timestamp = Timestamp(now)
        request.headers.removeAll { $0.name == "x-amz-date" || $0.name == "authorization" }
        request.headers.append(APIRequest.Header("x-amz-date", timestamp.text))
        let signature = Signature(
            scope: SignatureScope(date: timestamp.date, region: region, service: service),
            timestamp: timestamp,
            signedHeaders: Set(request.headers.map(\.name)).sorted())
        let value = signature.value(
            of: request,
            payloadHash: request.header("x-amz-content-sha256") ?? Signature.sha256(request.body),
            secret: credentials.secretAccessKey)
        let fields = [
            "Credential=\(credentials.accessKeyId)/\(signature.scope.text)",
            "SignedHeaders=\(signature.signedHeaders.joined(separator: ";"))",
            "Signature=\(Signature.hexadecimal(value))",
        ]
        request.headers.append(
            APIRequest.Header(
                "authorization", "\(Signature.algorithm) \(fields.joined(separator: ", "))"))
    }
}
