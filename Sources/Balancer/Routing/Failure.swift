/// What went wrong with a request. Its two facts, who failed and whether another try is safe,
/// choose the answer; no text is ever parsed.
package enum Failure: UInt8, Error, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    case malformedRequest
    case targetTooLong
    case headTooLarge
    case lengthRequired
    case contentTooLarge
    case forwardedTooOften
    case unknownTransferCoding
    case unknownVersion
    case methodNotAllowed
    case expectationFailed
    case malformedBody
    case clientTooSlow
    case clientGone

    case connectRefused
    case connectTimedOut
    case upstreamClosed
    case malformedResponse
    case responseTimedOut
    case deregistered

    case noTargets
    case noTargetGroup
    case overloaded
    case queueFull
    case queueTimedOut
    case badRedirect
    case badRewrite

    package enum Party: Hashable, Sendable {
        case client
        case upstream
        case ourselves
    }

    package var party: Party {
        switch self {
        case .malformedRequest, .targetTooLong, .headTooLarge, .lengthRequired, .contentTooLarge,
            .forwardedTooOften, .unknownTransferCoding, .unknownVersion, .methodNotAllowed,
            .expectationFailed,
            .malformedBody, .clientTooSlow, .clientGone:
            .client
        case .connectRefused, .connectTimedOut, .upstreamClosed, .malformedResponse,
            .responseTimedOut, .deregistered:
            .upstream
        case .noTargets, .noTargetGroup, .overloaded, .queueFull, .queueTimedOut, .badRedirect,
            .badRewrite:
            .ourselves
        }
    }

    /// As logs and metrics have it: `QueueFull`.
    package var reason: String {
        let name = "\(self)"
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// The status that the client gets when nothing has been sent to it yet (ALB's table).
    package var status: Int {
        switch self {
        case .malformedRequest, .malformedBody: 400
        case .methodNotAllowed: 405
        case .clientTooSlow: 408
        case .lengthRequired: 411
        case .contentTooLarge: 413
        case .targetTooLong: 414
        case .expectationFailed: 417
        case .headTooLarge: 431
        case .clientGone: 460
        case .forwardedTooOften: 463
        case .badRedirect, .badRewrite: 500
        case .unknownTransferCoding: 501
        case .connectRefused, .upstreamClosed, .malformedResponse, .deregistered: 502
        case .noTargets, .noTargetGroup, .overloaded, .queueFull, .queueTimedOut: 503
        case .connectTimedOut, .responseTimedOut: 504
        case .unknownVersion: 505
        }
    }

    /// One line for the client.
    package var explanation: StaticString {
        switch self {
        case .malformedRequest: "The request is not valid HTTP/1.1."
        case .targetTooLong: "The request target is too long."
        case .headTooLarge: "The request's header fields are too large."
        case .lengthRequired: "A request of HTTP/1.0 with this method needs a Content-Length."
        case .contentTooLarge: "The request's body is larger than any that is served here."
        case .forwardedTooOften: "X-Forwarded-For holds more than 30 addresses."
        case .unknownTransferCoding: "The only transfer coding known here is chunked."
        case .unknownVersion: "Only versions 1.0 and 1.1 of HTTP are spoken here."
        case .methodNotAllowed: "This method is not allowed here."
        case .expectationFailed: "The only expectation known here is 100-continue."
        case .malformedBody: "The request's body is not what its header fields announce."
        case .clientTooSlow: "The request did not arrive in time."
        case .clientGone: "The client went away."
        case .connectRefused: "The target could not be reached."
        case .connectTimedOut: "The target did not accept a connection in time."
        case .upstreamClosed: "The target closed the connection before it answered."
        case .malformedResponse: "The target's answer is not valid HTTP."
        case .responseTimedOut: "The target did not answer in time."
        case .deregistered: "The target was deregistered before it answered."
        case .noTargets: "No target is registered that could answer."
        case .noTargetGroup: "No target group takes requests like this one."
        case .queueFull: "Too many requests wait for a target."
        case .queueTimedOut: "No target had time for the request."
        case .overloaded: "Too many requests are being served."
        case .badRedirect: "The redirect's location would be too long or without a host."
        case .badRewrite: "The rewritten request would have no valid host or path."
        }
    }
}
