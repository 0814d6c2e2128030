internal import Loop

/// A word with a running stand-alone balancer, at the socket where a successor finds it.
package enum BalancerControl {
    /// How long an answer may take.
    private static let patienceSeconds = 10

    /// What a balancer answers to a message that it takes.
    package static let done = "done"

    /// Blocks its thread; throws what the balancer says against it, or that there is none.
    package static func tell(_ message: String, atPath path: String) throws(ControlFailure) {
        let answer: String?
        do {
            let connection = try Descriptor.connecting(toPath: path)
            connection.limitWaiting(seconds: patienceSeconds)
            try connection.send(message: message)
            answer = try connection.receiveMessage()?.text
        } catch {
            throw .unreachable("\(error)")
        }
        guard let answer else { throw .unreachable("it broke off") }
        guard answer == done else { throw .refused(answer) }
    }
}

/// Why a running balancer was not told something.
package enum ControlFailure: Error, CustomStringConvertible {
    case unreachable(String)
    case refused(String)

    package var description: String {
        switch self {
        case .unreachable(let reason): "no balancer answers there (\(reason))"
        case .refused(let reason): reason
        }
    }
}
