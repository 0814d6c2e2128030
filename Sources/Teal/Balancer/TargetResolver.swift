import API
import Foundation
import Logging
import Model
import Nameserver
import Naming

/// Looks up the names of targets, again when their time to live is over.
///
/// The last good answer is kept as long as there is no better one: an empty answer or a silent
/// name server takes no target away, health checks do.
actor TargetResolver {
    /// Shorter and longer times to live are taken for these, in seconds.
    static let secondsMin: UInt32 = 1
    static let secondsMax: UInt32 = 300
    /// When to ask again where no answer came.
    static let retrySeconds: UInt32 = 2

    private struct Known {
        var targets: [Target] = []
        var due: ContinuousClock.Instant
    }

    private let server: SocketAddress
    private let logger: Logger
    private var known: [TargetSource: Known] = [:]

    init(server: SocketAddress, logger: Logger) {
        self.server = server
        self.logger = logger
    }

    /// The targets of all `sources`, each once; those that are due are asked for.
    func targets(
        of sources: [TargetGroupName: [TargetSource]]
    ) async -> [TargetGroupName: [Target]] {
        let wanted = Set(sources.values.joined())
        known = known.filter { wanted.contains($0.key) }
        for source in wanted.sorted(by: { "\($0)" < "\($1)" }) { await refresh(source) }
        return sources.mapValues { list in
            var seen: Set<TargetID> = []
            return list.flatMap { known[$0]?.targets ?? [] }
                .filter { seen.insert($0.id).inserted }
        }
    }

    /// When something is due next; `nil` when every target has an address.
    var nextDue: ContinuousClock.Instant? {
        known.filter { !$0.key.isAddress }.values.map(\.due).min()
    }

    /// All that was looked up is due at once.
    func expire() {
        for source in known.keys { known[source]?.due = .now }
    }

    private func refresh(_ source: TargetSource) async {
        if let known = known[source], source.isAddress || known.due > .now { return }
        let before = known[source]?.targets ?? []
        do {
            let answer = try await ask(source)
            let isEmpty = answer.targets.isEmpty
            if isEmpty { logger.warning("\(source): no address is known for it") }
            let seconds = min(max(answer.ttl, Self.secondsMin), Self.secondsMax)
            known[source] = Known(
                targets: isEmpty ? before : answer.targets, due: .now + .seconds(seconds))
        } catch {
            logger.warning("\(source) cannot be looked up: \(error)")
            known[source] = Known(targets: before, due: .now + .seconds(Self.retrySeconds))
        }
    }

    private func ask(_ source: TargetSource) async throws -> TargetLookup.Answer {
        if case .address(let address, let port) = source {
            return TargetLookup.Answer(
                targets: [Target(at: address, port: port)], ttl: Self.secondsMax)
        }
        let server = server
        return try await withCheckedThrowingContinuation { continuation in
            // A lookup blocks its thread, and the threads that tasks run on are few.
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let client = try DNSClient(server: server.host, port: server.port)
                        return try TargetLookup(client: client).answer(source)
                    })
            }
        }
    }
}

extension TargetSource {
    fileprivate var isAddress: Bool {
        if case .address = self { true } else { false }
    }
}
