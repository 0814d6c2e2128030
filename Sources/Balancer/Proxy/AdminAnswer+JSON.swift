internal import Foundation

extension AdminAnswer {
    static func json(_ value: some Encodable) -> AdminAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return AdminAnswer(status: 500, body: "it cannot be told\n")
        }
        return AdminAnswer(
            status: 200, contentType: "application/json",
            body: String(decoding: data, as: UTF8.self) + "\n")
    }
}
