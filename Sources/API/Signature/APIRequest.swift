/// One HTTP request to the control API, whole and independent of the server that read it.
package struct APIRequest: Hashable, Sendable {
    package struct Header: Hashable, Sendable {
        /// In lower case.
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name.lowercased()
            self.value = value
        }
    }

    package var method: String
    /// As it was sent, percent-encoded; `/` at least.
    package var path: String
    /// As it was sent, without the question mark.
    package var query: String
    /// `host` among them.
    package var headers: [Header]
    package var body: [UInt8]

    package init(
        method: String = "POST", path: String = "/", query: String = "", headers: [Header],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first header of this name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

package struct APIResponse: Hashable, Sendable {
    package var status: Int
    package var headers: [APIRequest.Header]
    package var body: [UInt8]

    package init(status: Int, headers: [APIRequest.Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of this name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
