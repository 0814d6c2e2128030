internal import CLibev

/// A readiness watcher without an object of its own, to be the first field of a plain struct.
///
/// Its handler gets the address of that struct. The struct must not move while the watcher is
/// started, and the watcher must be stopped before the struct's memory is given back. For the hot
/// path; all others take `Watcher`.
package struct IOWatcher: BitwiseCopyable {
    var raw = ev_io()

    package typealias Handler = @convention(c) (UnsafeMutableRawPointer, CInt) -> Void

    package init() {}
}

extension Loop {
    /// Binds the watcher to a descriptor; it is not started.
    package func prepare(
        _ watcher: UnsafeMutablePointer<IOWatcher>, _ descriptor: CInt, _ handler: IOWatcher.Handler
    ) {
        teal_io_init(&watcher.pointee.raw, handler, descriptor, 0)
    }

    /// What is watched for now.
    package func interest(_ watcher: UnsafeMutablePointer<IOWatcher>) -> Readiness {
        guard teal_io_is_active(&watcher.pointee.raw) != 0 else { return [] }
        return Readiness(rawValue: watcher.pointee.raw.events & 3)
    }

    /// Watches for exactly `interest`; costs nothing when that is watched for already.
    package func set(_ watcher: UnsafeMutablePointer<IOWatcher>, to interest: Readiness) {
        assertOwner()
        guard self.interest(watcher) != interest else { return }
        ev_io_stop(raw, &watcher.pointee.raw)
        teal_io_modify(&watcher.pointee.raw, interest.rawValue)
        if !interest.isEmpty { ev_io_start(raw, &watcher.pointee.raw) }
    }

    /// Watches for nothing, and forgets an event that was about to be handled.
    package func stop(_ watcher: UnsafeMutablePointer<IOWatcher>) {
        assertOwner()
        ev_io_stop(raw, &watcher.pointee.raw)
    }
}
