internal import Model
internal import Routing

/// All that a worker is told when a generation comes into force.
struct WorkerConfiguration: Sendable {
    let table: RoutingTable
    let concurrency: SharedConcurrency
    /// The worker's own sockets of listeners that are new, by the listener's index in the table.
    /// Whoever applies the configuration owns them.
    let opened: [Int: OpenedListener]
    /// The targets that are healthy now.
    let healthy: Set<TargetKey>
}

struct OpenedListener: Sendable {
    let descriptor: CInt
    /// The port it got, where its listener takes any.
    let port: UInt16
    /// One for the listener's sockets of all workers.
    let census: ClientCensus
}
