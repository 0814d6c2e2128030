internal import Loop
internal import Model
internal import Routing

/// The PROXY protocol: whom a connection is from, as a proxy before us says it and as we say it on.
extension Worker {
    /// Takes the start of a connection whose listener wants a header.
    func takeProxyHeader(_ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>) {
        let isHeld = !client.pointee.input.isEmpty
        if isHeld { client.pointee.input.append(bytes, blocks) }
        let all = isHeld ? client.pointee.input.bytes : bytes
        switch ProxyHeader.read(all) {
        case .incomplete:
            if !isHeld { client.pointee.input.append(bytes, blocks) }
        case .malformed:
            reject(client, .proxyProtocol)
        case .whole(let header):
            guard adopt(header, client) else { return reject(client, .maximumPerAddress) }
            guard !isHeld else {
                client.pointee.input.consume(header.length, blocks)
                return serveHeld(client)
            }
            let rest = UnsafeRawBufferPointer(rebasing: all[header.length...])
            if !rest.isEmpty { serve(rest, client) }
        }
    }

    /// From now on the client is the one whom the header names; false when that has too many
    /// connections.
    private func adopt(_ header: ProxyHeader, _ client: Ref<Client>) -> Bool {
        if let ends = header.ends {
            client.pointee.address = AddressText(ends.source)
            client.pointee.port = ends.sourcePort
        }
        let listener = client.pointee.listener
        guard let address = SocketAddress(client.pointee.address.text, port: 0),
            let isCounted = count(address, at: listener)
        else { return false }
        client.pointee.isCounted = isCounted
        client.pointee.phase = .idle
        clientDeadlines.set(client, listener.pointee.clientQueue, now: now)
        return true
    }

    /// Sends the header that a new connection to the target begins with; the request follows it.
    /// False when that cannot be now, or not at all.
    func sendProxyHeader(_ exchange: Ref<Exchange>, _ upstream: Ref<Upstream>) -> Bool {
        let version = upstream.pointee.target.pointee.group.pointee.proxyProtocol ?? .v2
        let header = ProxyHeader.bytes(ends(of: exchange.pointee.client), version)
        let transfer = header.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                Syscall.send(upstream.pointee.descriptor, $0, count: bytes.count)
            } ?? .blocked
        }
        switch transfer {
        case .moved(let count) where count == header.count:
            upstream.pointee.owesHeader = false
            upstream.pointee.isEstablished = true
            touch(exchange)
            return true
        case .blocked:
            loop.set(upstream.watcher, to: loop.interest(upstream.watcher).union(.write))
        // A new connection takes so few bytes whole, and a part of them would mean nothing.
        case .moved, .failed:
            fail(exchange, .connectRefused)
        }
        return false
    }

    private func ends(of client: Ref<Client>) -> ProxyHeader.Ends? {
        guard let source = IPAddress(client.pointee.address.text),
            let local = Syscall.localAddress(client.pointee.descriptor),
            let destination = IPAddress(local.host)
        else { return nil }
        return ProxyHeader.Ends(
            source: source, port: client.pointee.port, destination: destination, port: local.port)
    }
}
