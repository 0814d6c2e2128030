import Routing

/// A parser, inputs to start from, and what must hold for any bytes given to it.
///
/// A check that fails is a broken precondition: libFuzzer saves the input that broke it.
struct FuzzTarget: Sendable {
    let name: String
    let seeds: [[UInt8]]
    let check: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, seeds: [String] = [], octets: [[UInt8]] = [],
        check: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.seeds = seeds.map { Array($0.utf8) } + octets
        self.check = check
    }

    static let all = [
        requestHead, responseHead, body, forwardedRequest, forwardedResponse, cookie, proxyHeader,
        rules, rewrite,
        dnsMessage, dnsAnswer, dnsStream,
    ]
}

extension HeadLimits {
    /// Room is left for what we add, so that what we write can be read again: Host,
    /// X-Forwarded-For, -Proto and -Port, X-Amzn-Trace-Id, Connection, Upgrade and the framing.
    static var fuzzed: HeadLimits {
        var limits = HeadLimits()
        limits.fieldsMax -= 8
        return limits
    }
}

extension [UInt8] {
    /// A place to cut these bytes that depends on nothing but them.
    var cut: Int {
        isEmpty ? 0 : Int(reduce(UInt32(17)) { $0 &* 31 &+ UInt32($1) } % UInt32(count))
    }
}
