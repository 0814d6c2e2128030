/// A number, or `off`.
package struct Threshold: Hashable, Sendable, Codable {
    /// `nil` when it is off.
    package let value: Int?

    package static let off = Threshold(nil)

    package init(_ value: Int?) {
        self.value = value
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            value = number
        } else if try OnOff(from: decoder) == .off {
            value = nil
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be a whole number or off")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encode(OnOff.off) }
    }
}
