import Model

/// A list under its operation's name for it, with what failed or what follows.
struct Answer<Item: Encodable>: Encodable {
    let name: String
    let items: [Item]
    let failures: [Failure]?
    let nextToken: String?

    init(_ name: String, _ items: [Item], failures: [Failure]? = nil, nextToken: String? = nil) {
        self.name = name
        self.items = items
        self.failures = failures
        self.nextToken = nextToken
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        try container.encode(items, forKey: FieldName(name))
        try container.encodeIfPresent(failures, forKey: FieldName("failures"))
        try container.encodeIfPresent(nextToken, forKey: FieldName("nextToken"))
    }
}

/// Why one of the things asked for is not in the answer.
struct Failure: Encodable {
    let arn: String
    let reason: String
    var detail: String?

    static func missing(_ arn: String) -> Failure {
        Failure(arn: arn, reason: "MISSING")
    }
}
