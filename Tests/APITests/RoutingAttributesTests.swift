import Foundation
import Model
import Testing

@testable import API

private func standalone(_ balancer: JSON, _ listener: JSON) throws -> StandaloneConfiguration {
    try StandaloneConfiguration(
        document: [
            "attributes": balancer,
            "listeners": [["name": "http", "port": 80, "attributes": listener]],
        ])
}

@Test func attributesReachTheListener() throws {
    let configuration = try standalone(
        [
            "routing.http.desync_mitigation_mode": "strictest",
            "routing.http.drop_invalid_header_fields.enabled": true,
            "routing.http.preserve_host_header.enabled": true,
            "routing.http.xff_header_processing.mode": "remove",
            "routing.http.xff_client_port.enabled": true,
        ],
        [
            "routing.http.response.server.enabled": false,
            "routing.http.response.x_frame_options.header_value": "DENY",
            "client_connections.maximum": 1000,
            "client_connections.maximum_per_address": 10,
            "client_connections.maximum_requests": 100,
            "client_connections.proxy_protocol.required": true,
            "client_connections.proxy_protocol.sources": ["10.0.0.0/8", "2001:db8::/32"],
        ])
    let listener = try #require(configuration.loadBalancer.listeners.first)
    let routing = try #require(listener.routing)
    #expect(routing.desyncMitigationMode == .strictest)
    #expect(routing.dropsInvalidHeaderFields && routing.preservesHostHeader)
    #expect(routing.forwardedForMode == .remove && routing.forwardsClientPort)
    let responses = try #require(listener.responses)
    #expect(!responses.passesServer)
    #expect(responses.values == [.xFrameOptions: "DENY"])
    let connections = try #require(listener.connections)
    #expect(connections.maximum == 1000 && connections.maximumPerAddress == 10)
    #expect(connections.maximumRequests == 100 && connections.requiresProxyProtocol)
    #expect(connections.proxyProtocolSources == ["10.0.0.0/8", "2001:db8::/32"])
}

private struct WrongAttribute: Sendable {
    var balancer: JSON = [:]
    var listener: JSON = [:]
    let message: String

    static let all = [
        WrongAttribute(
            balancer: ["routing.http.desync_mitigation_mode": "lax"],
            message: "attributes.routing.http.desync_mitigation_mode"
                + " must be one of monitor, defensive, strictest"),
        WrongAttribute(
            balancer: ["routing.http.preserve_host_header": true],
            message: "attributes.routing.http.preserve_host_header"
                + " is not a setting that Teal knows"),
        WrongAttribute(
            listener: ["routing.http.response.x_frame_options.header_value": "a\r\nb"],
            message: "listeners[0].attributes.routing.http.response.x_frame_options.header_value"
                + " must be at most 1024 visible ASCII characters without a blank at either end"),
        WrongAttribute(
            listener: ["client_connections.maximum": 0],
            message: "listeners[0].attributes.client_connections.maximum must be 1 to 1000000"),
        WrongAttribute(
            listener: ["client_connections.maximum_per_address": -1],
            message: "listeners[0].attributes.client_connections.maximum_per_address"
                + " must be 0 to 1000000"),
        WrongAttribute(
            listener: ["client_connections.maximum_requests": 1_000_001],
            message: "listeners[0].attributes.client_connections.maximum_requests"
                + " must be 0 to 1000000"),
        WrongAttribute(
            listener: ["client_connections.proxy_protocol.sources": ["10.0.0.0/8"]],
            message: "listeners[0].attributes.client_connections.proxy_protocol.sources"
                + " needs client_connections.proxy_protocol.required true"),
        WrongAttribute(
            listener: [
                "client_connections.proxy_protocol.required": true,
                "client_connections.proxy_protocol.sources": ["10.0.0.1"],
            ],
            message: "listeners[0].attributes.client_connections.proxy_protocol.sources"
                + " '10.0.0.1' is no block such as 10.0.0.0/8"),
        WrongAttribute(
            listener: ["routing.http.response.x_frame_options": "DENY"],
            message: "listeners[0].attributes.routing.http.response.x_frame_options"
                + " is not a setting that Teal knows"),
    ]
}

@Test(arguments: WrongAttribute.all)
private func aWrongAttributeIsNamed(wrong: WrongAttribute) {
    let error = #expect(throws: FieldError.self) {
        try standalone(wrong.balancer, wrong.listener)
    }
    #expect(error?.description == wrong.message)
}

/// Records outlive a version: one from before there were attributes has ALB's defaults.
@Test func recordsWithoutAttributesAreRead() throws {
    let old = Listener(
        name: "http", loadBalancer: "web", address: "::", port: 80,
        defaultAction: .fixedResponse(statusCode: 200, contentType: "text/plain", body: ""))
    let data = try JSONEncoder().encode(old)
    #expect(!String(decoding: data, as: UTF8.self).contains("routing"))
    #expect(try JSONDecoder().decode(Listener.self, from: data) == old)
    let empty = try JSONDecoder().decode(RoutingAttributes.self, from: Data("{}".utf8))
    #expect(empty == RoutingAttributes())
    let none = try JSONDecoder().decode(ResponseAttributes.self, from: Data("{}".utf8))
    #expect(none == ResponseAttributes())
    let few = try JSONDecoder().decode(ConnectionAttributes.self, from: Data("{}".utf8))
    #expect(few == ConnectionAttributes())
}
