internal import Loop
internal import Model
internal import Routing

/// The process that served before this one, as far as it is still to be dealt with.
///
/// First its sockets are taken; once this process accepts from them itself, it is dismissed.
package final class Predecessor: Sendable {
    package let sockets: InheritedSockets
    /// What it signs cookies with; `nil` where it is of a version that does not say.
    let cookieKey: SipKey?
    private let connection: Descriptor

    /// Asks whoever listens at `path`; blocks its thread.
    package init(atPath path: String) throws {
        cookieKey = Predecessor.cookieKey(atPath: path)
        let connection = try Descriptor.connecting(toPath: path)
        connection.limitWaiting(seconds: Handover.patienceSeconds)
        try connection.send(message: Handover.request)
        var sockets: [ListeningSocket] = []
        while true {
            guard let (text, descriptor) = try connection.receiveMessage() else {
                throw HandoverFailure.brokenOff
            }
            if text == Handover.end { break }
            guard let descriptor else { throw HandoverFailure.brokenOff }
            guard let socket = ListeningSocket(message: text, descriptor: descriptor) else {
                Syscall.close(descriptor)
                throw HandoverFailure.unknownMessage(text)
            }
            sockets.append(socket)
        }
        self.sockets = InheritedSockets(sockets)
        self.connection = connection
    }

    private static func cookieKey(atPath path: String) -> SipKey? {
        guard let connection = try? Descriptor.connecting(toPath: path) else { return nil }
        connection.limitWaiting(seconds: Handover.patienceSeconds)
        guard (try? connection.send(message: Handover.cookieKey)) != nil,
            let answer = try? connection.receiveMessage()?.text
        else { return nil }
        return SipKey(hexadecimal: answer)
    }

    /// Returns when it accepts no more, and holds no port but those that it handed over.
    package func dismiss() throws {
        try connection.send(message: Handover.ready)
        guard try connection.receiveMessage()?.text == Handover.farewell else {
            throw HandoverFailure.brokenOff
        }
    }
}

/// Why one process could not take over from another.
package enum HandoverFailure: Error, CustomStringConvertible {
    case brokenOff
    case unknownMessage(String)

    package var description: String {
        switch self {
        case .brokenOff: "the process that is to be replaced broke off; it goes on serving"
        case .unknownMessage(let text): "the process that is to be replaced says '\(text)'"
        }
    }
}
