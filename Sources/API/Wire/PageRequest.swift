import FoundationEssentials

/// What a List operation takes besides its filters.
struct PageRequest {
    static let sizes = 1...100

    let size: Int
    private let after: String?

    /// `size` is what the operation gives when `maxResults` is absent.
    init(maxResults: Int?, nextToken: String?, default size: Int = 100) throws(Fault) {
        guard PageRequest.sizes.contains(maxResults ?? size) else {
            throw .invalidParameter("maxResults must be 1 to 100", field: "maxResults")
        }
        self.size = maxResults ?? size
        guard let nextToken else {
            after = nil
            return
        }
        guard let bytes = Data(base64Encoded: nextToken) else {
            throw .invalidParameter("nextToken is not one that we gave", field: "nextToken")
        }
        after = String(decoding: bytes, as: UTF8.self)
    }

    /// The page of `items` that begins after the token's place. `place` is an item's text to sort
    /// by: pages neither repeat nor skip what stays, whatever comes and goes between them.
    func page<Item>(
        of items: [Item], descending: Bool = false, by place: (Item) -> String
    ) -> (items: [Item], nextToken: String?) {
        let sorted = items.map { (place: place($0), item: $0) }.sorted {
            descending ? $0.place > $1.place : $0.place < $1.place
        }
        let rest = sorted.filter { candidate in
            guard let after else { return true }
            return descending ? candidate.place < after : candidate.place > after
        }
        let page = rest.prefix(size)
        guard let last = page.last, rest.count > page.count else {
            return (page.map(\.item), nil)
        }
        return (page.map(\.item), Data(last.place.utf8).base64EncodedString())
    }

    /// An answer whose list is called `name`.
    func answer<Item, Shown: Encodable>(
        _ name: String, of items: [Item], descending: Bool = false, by place: (Item) -> String,
        showing shown: (Item) -> Shown
    ) -> Answer<Shown> {
        let page = page(of: items, descending: descending, by: place)
        return Answer(name, page.items.map(shown), nextToken: page.nextToken)
    }
}

extension PageRequest {
    /// Zero-padded, so that the order of texts is the order of numbers.
    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
    }
}
