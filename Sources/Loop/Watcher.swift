internal import CLibev

/// Calls a handler when a descriptor is ready; stops when its owner lets go.
///
/// It must be let go before the descriptor is closed and before the loop ends.
package struct Watcher: ~Copyable {
    private let cell: UnsafeMutablePointer<WatcherCell>
    private let loop: Loop

    init(
        _ loop: Loop, _ descriptor: CInt, _ interest: Readiness,
        _ handler: @escaping (Readiness) -> Void
    ) {
        loop.assertOwner()
        self.loop = loop
        cell = .allocate(capacity: 1)
        cell.initialize(to: WatcherCell(handler: handler))
        teal_io_init(&cell.pointee.io, WatcherCell.ready, descriptor, interest.rawValue)
        if !interest.isEmpty { ev_io_start(loop.raw, &cell.pointee.io) }
    }

    deinit {
        loop.assertOwner()
        ev_io_stop(loop.raw, &cell.pointee.io)
        cell.deinitialize(count: 1)
        cell.deallocate()
    }

    /// What is waited for; empty is nothing.
    package var interest: Readiness {
        get {
            guard teal_io_is_active(&cell.pointee.io) != 0 else { return [] }
            return Readiness(rawValue: cell.pointee.io.events & 3)
        }
        nonmutating set {
            loop.assertOwner()
            ev_io_stop(loop.raw, &cell.pointee.io)
            teal_io_modify(&cell.pointee.io, newValue.rawValue)
            if !newValue.isEmpty { ev_io_start(loop.raw, &cell.pointee.io) }
        }
    }
}

/// The watcher comes first, so that libev's pointer to it is a pointer to the cell.
private struct WatcherCell {
    var io = ev_io()
    let handler: (Readiness) -> Void

    static let ready: teal_handler = { watcher, events in
        // The handler is kept by hand: it may well let go of the watcher that holds it.
        let handler = watcher.assumingMemoryBound(to: WatcherCell.self).pointee.handler
        handler(Readiness(rawValue: events & 3))
    }
}

extension Loop {
    /// Watches `descriptor`, which the caller owns, until the result is let go.
    package func watch(
        _ descriptor: borrowing Descriptor, for interest: Readiness,
        _ handler: @escaping (Readiness) -> Void
    ) -> Watcher {
        Watcher(self, descriptor.number, interest, handler)
    }

    /// The same for a descriptor that the caller owns by its number.
    package func watch(
        number: CInt, for interest: Readiness, _ handler: @escaping (Readiness) -> Void
    ) -> Watcher {
        Watcher(self, number, interest, handler)
    }
}
