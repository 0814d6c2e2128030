internal import Routing

/// What is left to know of an exchange whose connections changed to another protocol.
struct Tunnel: BitwiseCopyable {
    enum Goodbye: UInt8 {
        case unsaid
        /// To be said where the frame on its way ends.
        case due
        /// Nothing that the target sends passes any more.
        case said
    }

    let isWebSocket: Bool
    /// Its turn among all that are told to go, so that they do not go at once.
    let share: UInt8
    /// The target has sent its last byte.
    var targetHasEnded = false
    var goodbye = Goodbye.unsaid
    /// What the target sends to the client.
    var frames = WebSocketFrames()
}
