import Model
import Routing
import Testing

private let request = "GET /shop/item?color=Red&size HTTP/1.1\r\nHost: www.Example.com:8080\r\n\r\n"

private func location(_ text: String, of request: String = request) throws -> String? {
    let redirect = try #require(Redirect(status: 301, location: text))
    return Heads.view(request) { redirect.location(for: $0, scheme: "http", port: 8080) }
        .map { String(decoding: $0, as: UTF8.self) }
}

@Test func redirectsAreFilledIn() throws {
    #expect(
        try location("https://#{host}:443/#{path}?#{query}&from=#{protocol}")
            == "https://www.Example.com:443/shop/item?color=Red&size&from=http")
    #expect(
        try location("#{protocol}://a.org:#{port}/#{path}?#{query}")
            == "http://a.org:8080/shop/item?color=Red&size")
}

@Test func aQueryThatIsNotThereLeavesNoQuestionMark() throws {
    let request = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n"
    #expect(try location("/x/#{path}?#{query}", of: request) == "/x/a")
    #expect(try location("/x?y=#{query}", of: request) == "/x?y=")
}

@Test func aRedirectWithoutAHostOrTooLongIsNone() throws {
    #expect(try location("https://#{host}/", of: "GET / HTTP/1.0\r\n\r\n") == nil)
    let part = String(repeating: "a", count: Redirect.locationBytesMax - 1)
    #expect(try location("/#{path}", of: "GET /\(part) HTTP/1.0\r\n\r\n")?.utf8.count == 8192)
    #expect(try location("/#{path}", of: "GET /\(part)b HTTP/1.0\r\n\r\n") == nil)
}

@Test(arguments: [
    "#{protocol}://#{host}:#{port}/#{path}?#{query}", "/#{path}", "/#{path}?a=b",
    "http://#{host}:8080/#{path}", "HTTP://#{host}:#{port}/#{path}",
])
func redirectsThatLeadBackAreRefused(location: String) {
    #expect(throws: ConfigurationDefect.self) { try compile(location) }
}

@Test(arguments: [
    "https://#{host}:#{port}/#{path}", "http://a.org:8080/#{path}", "http://#{host}/#{path}",
    "#{protocol}://#{host}:8081/#{path}", "/new/#{path}", "/", "https://[2001:db8::1]:443/#{path}",
    "http://#{host}:/#{path}",
])
func redirectsThatLeadElsewhereAreTaken(location: String) throws {
    try compile(location)
}

@Test(arguments: [
    "", "elsewhere", "//a.org/", "ftp://a.org/", "http:///a", "https://a.org/\r\nX: y",
    "/#{path", "/a b",
])
func redirectsThatAreNoLocationAreRefused(location: String) {
    #expect(throws: ConfigurationDefect.self) { try compile(location) }
}

/// On port 8080.
private func compile(_ location: String) throws {
    _ = try RoutingTable(
        LoadBalancerConfiguration(
            loadBalancer: "web", generation: 1,
            listeners: [
                Listener(
                    name: "http", loadBalancer: "web", address: "::", port: 8080,
                    defaultAction: .redirect(statusCode: 302, location: location))
            ],
            targetGroups: []))
}
