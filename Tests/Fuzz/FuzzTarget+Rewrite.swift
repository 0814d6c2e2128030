import Expressions
import Model
import Routing

extension FuzzTarget {
    /// An expression, what takes its place, and a request, the first two a line each: whatever is
    /// sent on is a request of the same meaning to a valid host and path.
    static let rewrite = FuzzTarget(
        "rewrite",
        seeds: [
            "^/a/([0-9]+)\n/b?id=$1&$0\nGET /a/7?c HTTP/1.1\r\nHost: a.org:80\r\n\r\n",
            "(a)|(b)\n$2$$x$1\nPOST http://ab? HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\n\r\nx",
            "^.*$\n[::1]\nOPTIONS * HTTP/1.1\r\nHost: [::2]\r\nX: y\r\n\r\n",
            "$\n:80\nGET / HTTP/1.0\r\n\r\n",
        ],
        check: { bytes in
            let lines = bytes.split(
                separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
            guard lines.count == 3 else { return }
            let regex = String(decoding: lines[0], as: UTF8.self)
            let replacement = String(decoding: lines[1], as: UTF8.self)
            for transform in [
                RuleTransform.urlRewrite(regex: regex, replacement: replacement),
                .hostHeaderRewrite(regex: regex, replacement: replacement),
            ] {
                guard let rewrite = rewrite(transform) else { continue }
                checkRewrite(rewrite, Array(lines[2]))
            }
        })

    private static func rewrite(_ transform: RuleTransform) -> RequestRewrite? {
        let action = RuleAction.forward([WeightedTargetGroup(targetGroup: "a", weight: 1)])
        var rule = Rule(
            name: "r", listener: "http", priority: 1, conditions: [.pathPattern(["*"])],
            action: action)
        rule.transforms = [transform]
        guard let table = FuzzedRequest.table([rule], defaultAction: action),
            case .forward(let plan) = table.listeners[0].actions[0]
        else { return nil }
        return plan.rewrite
    }

    private static func checkRewrite(_ rewrite: RequestRewrite, _ request: [UInt8]) {
        _ = FuzzedRequest.view(of: request) { view in
            guard case .some(.some(let result)) = try? rewrite.apply(to: view) else { return }
            let written = write(result)
            let again = FuzzedRequest.view(of: written) { _ in true }
            precondition(again == true, "what goes on is no request")
        }
    }

    /// The head without its fields, as a target gets it.
    private static func write(_ result: RequestRewrite.Result) -> [UInt8] {
        let capacity = result.bytes.count + RequestHead.growthBytesMax
        let hostEnd = Array(RequestSurroundings.hostEnd(port: 8080).utf8)
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var writer = ByteWriter(start, capacity: capacity)
            let forwarded = Array("\r\n".utf8)
            hostEnd.withUnsafeBytes { hostEnd in
                forwarded.withUnsafeBytes { forwarded in
                    result.bytes.withUnsafeBytes { bytes in
                        result.head.write(
                            to: &writer, fields: UnsafeBufferPointer(start: nil, count: 0),
                            bytes: bytes,
                            RequestSurroundings(
                                client: UnsafeRawBufferPointer(start: nil, count: 0),
                                forwarded: forwarded, hostEnd: hostEnd,
                                trace: TraceID(seconds: 1, random: 2, 3)))
                    }
                }
            }
            count = writer.count
        }
    }
}
