internal import Loop
internal import Synchronization

/// The open connections of one listener, counted by all workers together: a limit means what it
/// says however the kernel shares connections out.
///
/// Only coming and going touch it, never a request. An address stays in the table as long as it has
/// a connection, so the table is never larger than the listener's limit.
final class ClientCensus: Sendable {
    private let count = Atomic<Int>(0)
    private let counts = Mutex<[SocketAddress: Int]>([:])

    /// Counts one more connection, unless there are `most` already.
    func enter(upTo most: Int) -> Bool {
        guard count.wrappingAdd(1, ordering: .relaxed).newValue > most else { return true }
        leave()
        return false
    }

    func leave() {
        count.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Counts one more connection of an address, unless it has `most` already.
    func enter(_ address: SocketAddress, upTo most: Int) -> Bool {
        counts.withLock { counts in
            let count = counts[address.network, default: 0]
            guard count < most else { return false }
            counts[address.network] = count + 1
            return true
        }
    }

    func leave(_ address: SocketAddress) {
        counts.withLock { counts in
            let count = counts[address.network, default: 0]
            counts[address.network] = count > 1 ? count - 1 : nil
        }
    }

    /// Addresses with a connection.
    var addressCount: Int { counts.withLock { $0.count } }
}
