internal import CLibev

/// The only thing of a loop that other threads may touch: it wakes the loop up.
///
/// Any number of calls of `send` before the loop gets to it are one call of the handler.
final class Wakeup: Sendable {
    // Safe: libev's ev_async_send is made for other threads, everything else is done on the loop's
    // own thread, and `LoopThread` lets nobody send once the loop is gone.
    private nonisolated(unsafe) let cell: UnsafeMutablePointer<WakeupCell>
    private nonisolated(unsafe) let raw: OpaquePointer

    /// Starts on the loop's own thread.
    init(_ loop: Loop, _ handler: @escaping () -> Void) {
        loop.assertOwner()
        raw = loop.raw
        cell = .allocate(capacity: 1)
        cell.initialize(to: WakeupCell(handler: handler))
        teal_async_init(&cell.pointee.async) { watcher, _ in
            watcher.assumingMemoryBound(to: WakeupCell.self).pointee.handler()
        }
        ev_async_start(raw, &cell.pointee.async)
    }

    /// Safe from every thread while the loop lives.
    func send() {
        ev_async_send(raw, &cell.pointee.async)
    }

    /// The last call, on the loop's own thread.
    func end() {
        ev_async_stop(raw, &cell.pointee.async)
        cell.deinitialize(count: 1)
        cell.deallocate()
    }
}

/// The watcher comes first, so that libev's pointer to it is a pointer to the cell.
private struct WakeupCell {
    var async = ev_async()
    let handler: () -> Void

    init(handler: @escaping () -> Void) {
        self.handler = handler
    }
}
