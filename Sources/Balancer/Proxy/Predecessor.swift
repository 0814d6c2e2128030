internal import Loop

/// The process that served before this one, as far as it is still to be dealt with.
///
/// First its sockets are taken; once this process accepts from them itself, it is dismissed.
package final class Predecessor: Sendable {
    package let sockets: InheritedSockets
    private let connection: Descriptor

    /// Asks whoever listens at `path`; blocks its thread.
    package init(atPath path: String) throws {
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
