internal import Loop
internal import Model
internal import Routing

extension Worker {
    /// Takes the connections that wait at a listener.
    func accept(_ listener: Ref<ListenerSlot>, upTo count: Int = Worker.acceptsPerRoundMax) {
        for _ in 0..<count {
            guard hot.pointee.allClients.count < limits.clientsMax else { return pauseAccepting() }
            switch Syscall.accept(listener.pointee.descriptor) {
            case .connection(let descriptor, let peer): admit(descriptor, peer, listener)
            case .none: return
            // No descriptors or memory: those that wait are taken when there are some again.
            case .failed: return pauseAccepting()
            }
        }
    }

    /// Opens the connection, or closes it when its listener or its client has too many.
    private func admit(_ descriptor: CInt, _ peer: SocketAddress, _ listener: Ref<ListenerSlot>) {
        let census = listener.pointee.census
        let limits = listener.pointee.compiled.connections
        guard census.enter(upTo: limits.maximum) else {
            return reject(descriptor, .maximum, listener)
        }
        let trust = listener.pointee.compiled.proxyTrust
        if trust.isRequired {
            guard let address = IPAddress(peer.host), trust.trusts(address) else {
                census.leave()
                return reject(descriptor, .proxySource, listener)
            }
            // Whose connection it is will be known with the header.
            open(descriptor, peer, listener).pointee.phase = .preface
            return
        }
        guard let isCounted = count(peer, at: listener) else {
            census.leave()
            return reject(descriptor, .maximumPerAddress, listener)
        }
        open(descriptor, peer, listener).pointee.isCounted = isCounted
    }

    /// Counts one more connection of an address, and says whether it did: where these have no limit
    /// it does not. `nil` when there are as many already.
    func count(_ address: SocketAddress, at listener: Ref<ListenerSlot>) -> Bool? {
        let most = listener.pointee.compiled.connections.maximumPerAddress
        guard most > 0 else { return false }
        return listener.pointee.census.enter(address, upTo: most) ? true : nil
    }

    func reject(_ client: Ref<Client>, _ rejection: Rejection) {
        client.pointee.listener.pointee.outcomes.count(rejection)
        Syscall.resetOnClose(client.pointee.descriptor)
        close(client)
    }

    /// A reset costs the least: nothing of the connection stays behind.
    private func reject(
        _ descriptor: CInt, _ rejection: Rejection, _ listener: Ref<ListenerSlot>
    ) {
        listener.pointee.outcomes.count(rejection)
        Syscall.resetOnClose(descriptor)
        Syscall.close(descriptor)
    }

    /// The connection is no more: others may come in its place.
    func leaveCensus(_ client: Ref<Client>) {
        let census = client.pointee.listener.pointee.census
        census.leave()
        guard client.pointee.isCounted,
            let address = SocketAddress(client.pointee.address.text, port: 0)
        else { return }
        census.leave(address)
    }

    private func open(
        _ descriptor: CInt, _ peer: SocketAddress, _ listener: Ref<ListenerSlot>
    ) -> Ref<Client> {
        let client = clients.make(
            Client(
                worker: .passUnretained(self), listener: listener, descriptor: descriptor,
                port: peer.port,
                acceptedAt: now, address: AddressText(peer)))
        listener.pointee.outcomes.connections &+= 1
        listener.pointee.clientCount &+= 1
        hot.pointee.allClients.append(client)
        let watcher = client.watcher
        loop.prepare(watcher, descriptor) { watcher, events in
            let client = watcher.assumingMemoryBound(to: Client.self)
            // The loop outlives its watchers, and its worker the loop: nothing need be retained.
            client.pointee.worker._withUnsafeGuaranteedRef {
                $0.clientIsReady(client, Readiness(rawValue: events & 3))
            }
        }
        loop.set(watcher, to: .read)
        clientDeadlines.set(client, listener.pointee.clientQueue, now: now)
        return client
    }

    func startAccepting(_ listener: Ref<ListenerSlot>) {
        guard !isHolding else { return }
        let watcher = UnsafeMutableRawPointer(listener).assumingMemoryBound(to: IOWatcher.self)
        loop.prepare(watcher, listener.pointee.descriptor) { watcher, _ in
            let listener = watcher.assumingMemoryBound(to: ListenerSlot.self)
            let worker = listener.pointee.worker.takeUnretainedValue()
            worker.recycle()
            worker.accept(listener)
        }
        loop.set(watcher, to: .read)
    }

    /// Closes the listener's socket; `lettingIn` those who wait at it already.
    func stopAccepting(_ listener: Ref<ListenerSlot>, lettingIn: Bool = true) {
        guard !listener.pointee.isLeaving else { return }
        // What waits at sockets that another process still accepts from is that one's.
        if lettingIn, !isHolding { accept(listener, upTo: .max) }
        listener.pointee.isLeaving = true
        loop.stop(UnsafeMutableRawPointer(listener).assumingMemoryBound(to: IOWatcher.self))
        Syscall.close(listener.pointee.descriptor)
    }

    private func pauseAccepting() {
        guard !isAcceptingPaused else { return }
        isAcceptingPaused = true
        setAccepting([])
    }

    func resumeAccepting() {
        guard hot.pointee.allClients.count < limits.clientsMax else { return }
        isAcceptingPaused = false
        setAccepting(.read)
    }

    private func setAccepting(_ interest: Readiness) {
        for listener in listeners where !listener.pointee.isLeaving {
            loop.set(
                UnsafeMutableRawPointer(listener).assumingMemoryBound(to: IOWatcher.self),
                to: interest)
        }
    }
}

extension UnsafeMutablePointer where Pointee == Client {
    /// The watcher is the struct's first field.
    var watcher: UnsafeMutablePointer<IOWatcher> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: IOWatcher.self)
    }
}

extension UnsafeMutablePointer where Pointee == Upstream {
    var watcher: UnsafeMutablePointer<IOWatcher> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: IOWatcher.self)
    }
}
