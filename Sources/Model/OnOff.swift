/// `on` or `off`, as some of ALB's attributes have it; YAML reads both as true and false.
package enum OnOff: String, Hashable, Sendable, Codable {
    case on
    case off

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try? container.decode(String.self)
        let flag = try? container.decode(Bool.self)
        switch (text.flatMap(OnOff.init(rawValue:)), flag) {
        case (let named?, _): self = named
        case (nil, let flag?): self = flag ? .on : .off
        default:
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be on or off")
        }
    }
}
