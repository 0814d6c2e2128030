internal import CLibev

/// Calls a handler when its time has come; stops when its owner lets go.
package struct Timer: ~Copyable {
    private let cell: UnsafeMutablePointer<TimerCell>
    private let loop: Loop

    init(_ loop: Loop, _ handler: @escaping () -> Void) {
        loop.assertOwner()
        self.loop = loop
        cell = .allocate(capacity: 1)
        cell.initialize(to: TimerCell(handler: handler))
    }

    deinit {
        loop.assertOwner()
        ev_timer_stop(loop.raw, &cell.pointee.timer)
        cell.deinitialize(count: 1)
        cell.deallocate()
    }

    /// Due `milliseconds` from now, instead of whatever was set; then every `period`, if any.
    package func set(milliseconds: Int, period: Int = 0) {
        loop.assertOwner()
        ev_timer_stop(loop.raw, &cell.pointee.timer)
        // libev counts from the start of the round of events, which may be long past.
        ev_now_update(loop.raw)
        teal_timer_init(
            &cell.pointee.timer, TimerCell.due, Double(milliseconds) / 1000, Double(period) / 1000)
        ev_timer_start(loop.raw, &cell.pointee.timer)
    }

    package func cancel() {
        loop.assertOwner()
        ev_timer_stop(loop.raw, &cell.pointee.timer)
    }
}

/// The timer comes first, so that libev's pointer to it is a pointer to the cell.
private struct TimerCell {
    var timer = ev_timer()
    let handler: () -> Void

    init(handler: @escaping () -> Void) {
        self.handler = handler
        teal_timer_init(&timer, TimerCell.due, 0, 0)
    }

    static let due: teal_handler = { watcher, _ in
        let handler = watcher.assumingMemoryBound(to: TimerCell.self).pointee.handler
        handler()
    }
}

extension Loop {
    /// A timer that is not set yet.
    package func timer(_ handler: @escaping () -> Void) -> Timer {
        Timer(self, handler)
    }
}
