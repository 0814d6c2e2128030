internal import Model
internal import Routing

/// A client connection as it was at one moment.
package struct ConnectionView: Hashable, Sendable, Codable {
    /// What it was doing.
    package enum State: String, Hashable, Sendable, Codable {
        /// Between two requests.
        case idle
        /// A part of a request's head is there, or a PROXY protocol header is awaited.
        case receiving
        /// A request is being served.
        case serving
        /// Bytes both ways, after a 101.
        case tunnel
        /// Its response waits until the client takes it.
        case sending
        /// All is said; its end is awaited.
        case closing
    }

    /// Address and port.
    package var client: String
    package var listener: String
    /// The thread that has it, from 0.
    package var worker: Int
    package var state: State
    /// Since it was accepted.
    package var ageMilliseconds: Int64
    package var requests: Int
    package var receivedBytes: Int
    package var sentBytes: Int
    /// Where its request is, while it has one there.
    package var targetGroup: String?
    package var target: String?
}

/// Connections of all workers, no more than were asked for.
package struct ConnectionsView: Hashable, Sendable, Codable {
    /// The most that can be asked for, and what nobody who asks for less gets more than.
    package static let countMax = 10_000
    package static let countUsual = 1000

    /// The oldest first.
    package var connections: [ConnectionView]
    /// How many there are.
    package var total: Int
}

extension ConnectionView {
    init(_ client: Ref<Client>, worker: Int, now: Int64) {
        let address = client.pointee.address.text
        let port = client.pointee.port
        self.client = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        listener = client.pointee.listener.pointee.compiled.name.text
        self.worker = worker
        state = State(client)
        ageMilliseconds = now - client.pointee.acceptedAt
        requests = Int(client.pointee.requests)
        receivedBytes = client.pointee.receivedBytes
        sentBytes = client.pointee.sentBytes
        guard let exchange = client.pointee.exchange else { return }
        let key = exchange.pointee.target.pointee.key
        targetGroup = key.group.text
        target = key.target.id.text
    }
}

extension ConnectionView.State {
    init(_ client: Ref<Client>) {
        switch client.pointee.phase {
        case .idle: self = .idle
        case .preface, .head: self = .receiving
        case .exchange: self = client.pointee.exchange?.pointee.tunnel == nil ? .serving : .tunnel
        case .flushing: self = .sending
        case .lingering, .closed: self = .closing
        }
    }
}

extension Worker {
    /// Its first connections, which are its oldest, and how many it has.
    func connections(_ countMax: Int, worker: Int) -> ConnectionsView {
        var views: [ConnectionView] = []
        var next = hot.pointee.allClients.first
        while let client = next, views.count < countMax {
            views.append(ConnectionView(client, worker: worker, now: now))
            next = client.pointee.link.next
        }
        return ConnectionsView(connections: views, total: hot.pointee.allClients.count)
    }
}

extension DataPlane {
    /// The oldest client connections, at most `countMax`.
    package nonisolated func connections(
        _ countMax: Int = ConnectionsView.countUsual
    ) async -> ConnectionsView {
        let countMax = min(max(countMax, 0), ConnectionsView.countMax)
        let workers = await gather { worker, index in worker.connections(countMax, worker: index) }
        let all = workers.flatMap(\.connections)
            .sorted { ($0.ageMilliseconds, $1.client) > ($1.ageMilliseconds, $0.client) }
        return ConnectionsView(
            connections: Array(all.prefix(countMax)),
            total: workers.reduce(0) { $0 + $1.total })
    }
}
