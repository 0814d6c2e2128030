/// An `Authorization` header of Signature Version 4, taken apart.
struct Authorization {
    let accessKeyId: String
    let scope: SignatureScope
    /// In lower case, in the order they were sent.
    let signedHeaders: [String]
    /// Hexadecimal.
    let signature: String

    /// Throws IncompleteSignatureException with AWS's sentence for what is missing.
    init(parsing header: String) throws(Fault) {
        let fields = try Authorization.fields(of: header)
        let missing = ["Credential", "Signature", "SignedHeaders"].filter { fields[$0] == nil }
        guard let credential = fields["Credential"], let signature = fields["Signature"],
            let signedHeaders = fields["SignedHeaders"]
        else {
            throw .incompleteSignature(
                missing.map { "Authorization header requires '\($0)' parameter." }
                    .joined(separator: " "))
        }
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[4] == SignatureScope.terminator else {
            throw .incompleteSignature(
                "Credential must have the shape KEY/DATE/REGION/SERVICE/aws4_request.")
        }
        accessKeyId = String(parts[0])
        scope = SignatureScope(
            date: String(parts[1]), region: String(parts[2]), service: String(parts[3]))
        self.signedHeaders = signedHeaders.split(separator: ";").map { $0.lowercased() }
        self.signature = signature
    }

    private static func fields(of header: String) throws(Fault) -> [String: String] {
        let text = header.drop { $0 == " " }
        guard text.hasPrefix(Signature.algorithm + " ") else {
            throw .incompleteSignature(
                "Authorization header must begin with \(Signature.algorithm).")
        }
        var fields: [String: String] = [:]
        for part in text.dropFirst(Signature.algorithm.count).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let name = pair[0].filter { $0 != " " }
            fields[name] = String(pair[1].drop { $0 == " " })
        }
        return fields
    }
}
