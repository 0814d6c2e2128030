internal import Loop
internal import Routing

/// The worker's end: those who are served are served to the end, nobody new is.
extension Worker {
    /// How long idle clients may still send a request, to be told in its response that it was the
    /// last one: closing at once would cross with requests on their way.
    static let graceMilliseconds: Int64 = 1000

    /// Stops accepting; `.ended` is told when the last client is gone. After `milliseconds` those
    /// that are left will be closed.
    func beginEnding(milliseconds: Int, hasSuccessor: Bool = false) {
        guard hot.pointee.ending == nil else { return }
        // Those who wait at a socket that a successor has are the successor's.
        for listener in listeners { stopAccepting(listener, lettingIn: !hasSuccessor) }
        if hasSuccessor { hot.pointee.graceMilliseconds = DataPlane.handoverGraceMilliseconds }
        hot.pointee.ending = Draining(since: now, milliseconds: Int64(milliseconds))
        for target in targets.values {
            for upstream in target.pointee.idle.elements { close(upstream) }
        }
        if hot.pointee.allClients.count == 0 { tell(.ended) }
    }

    func endIdleClients() {
        guard let ending = hot.pointee.ending, now - ending.since >= hot.pointee.graceMilliseconds
        else { return }
        for client in hot.pointee.allClients.elements where client.pointee.isAtRest {
            linger(client)
        }
    }

    /// Closes everything at once.
    func closeAll() {
        recycle()
        for client in hot.pointee.allClients.elements {
            if let exchange = client.pointee.exchange { fail(exchange, .clientGone) }
            close(client)
        }
        endShadows()
        for listener in listeners {
            stopAccepting(listener, lettingIn: false)
            forget(listener)
        }
        for target in targets.values {
            for upstream in target.pointee.idle.elements { close(upstream) }
            forget(target)
        }
        for group in groups.values {
            group.pointee.arn.deallocate()
            group.pointee.stickiness.deallocate()
            group.deinitialize(count: 1)
            group.deallocate()
        }
        recycle()
    }
}
