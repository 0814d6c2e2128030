/// What a rule does with a request, compiled.
package enum CompiledAction: Sendable {
    case forward(ForwardPlan)
    case fixedResponse(FixedResponse)
    case redirect(Redirect)
}

package struct FixedResponse: Hashable, Sendable {
    package let status: Int
    package let contentType: [UInt8]
    package let body: [UInt8]

    /// The media types that ALB takes.
    static let contentTypes = [
        "text/plain", "text/css", "text/html", "application/javascript", "application/json",
    ]
}
