internal import Loop
internal import Routing

extension Worker {
    /// Takes the connections that wait at a listener.
    func accept(_ listener: Ref<ListenerSlot>, upTo count: Int = Worker.acceptsPerRoundMax) {
        for _ in 0..<count {
            guard hot.pointee.allClients.count < limits.clientsMax else { return pauseAccepting() }
            switch Syscall.accept(listener.pointee.descriptor) {
            case .connection(let descriptor, let peer): open(descriptor, peer, listener)
            case .none: return
            // No descriptors or memory: those that wait are taken when there are some again.
            case .failed: return pauseAccepting()
            }
        }
    }

    private func open(_ descriptor: CInt, _ peer: SocketAddress, _ listener: Ref<ListenerSlot>) {
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
        if lettingIn { accept(listener, upTo: .max) }
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
