import Model
import Routing

/// One question of a client.
struct Request {
    enum End {
        case refused(Failure)
        case flown(Flight.End)
    }

    let number: Int
    let listener: ListenerName
    /// How long the target takes to answer.
    let milliseconds: Int64
    /// Whether a balancer that said it was ready took it.
    var wasReady: Bool
}
