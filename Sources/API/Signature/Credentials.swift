/// The key pair that a client signs with and the API checks against.
package struct Credentials: Hashable, Sendable, Codable {
    /// 20 characters, as AWS's are.
    package let accessKeyId: String
    /// 40 characters.
    package let secretAccessKey: String

    package init(accessKeyId: String, secretAccessKey: String) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
    }

    /// A new pair from the system's generator of secrets.
    package static func random() -> Credentials {
        Credentials(
            accessKeyId: "AKIA" + random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", count: 16),
            secretAccessKey: random(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", count: 40))
    }

    private static func random(_ alphabet: String, count: Int) -> String {
        let letters = Array(alphabet.unicodeScalars)
        var system = SystemRandomNumberGenerator()
        var result = String.UnicodeScalarView()
        for _ in 0..<count {
            result.append(letters[Int(system.next(upperBound: UInt64(letters.count)))])
        }
        return String(result)
    }
}
