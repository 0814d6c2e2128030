import Foundation
import Logging
import Proxy
import Synchronization

/// One life of `teal balancer`: begin, serve, and end for good or for a successor.
struct BalancerSession: Sendable {
    let file: String
    /// Where a successor finds it.
    let control: String
    let program: String
    let workers: Int?
    let logger: Logger

    private enum Event {
        case signal(Int32)
        case succeeded
    }

    func run(takingOver: Bool) async throws {
        let signals = Signals.stream(SIGINT, SIGTERM, SIGHUP, SIGUSR2)
        let predecessor = takingOver ? try found() : nil
        let balancer = try StandaloneBalancer(
            path: file, workers: workers, inherited: predecessor?.sockets ?? .none, logger: logger)
        try await balancer.start(after: predecessor)
        logger.notice("Serving \(file)", metadata: ["pid": "\(getpid())"])
        let (events, sender) = AsyncStream.makeStream(of: Event.self)
        let handover = offer(balancer, sender)
        let forwarding = _Concurrency.Task {
            for await signal in signals { sender.yield(.signal(signal)) }
        }
        let isSucceeded = await serve(balancer, events)
        forwarding.cancel()
        handover?.end()
        guard isSucceeded else {
            try? FileManager.default.removeItem(atPath: control)
            return await balancer.shutdown(milliseconds: EdgeRole.drainMilliseconds)
        }
        logger.notice("A successor has taken over", metadata: ["pid": "\(getpid())"])
        await balancer.retire(milliseconds: BalancerRole.handoverMilliseconds)
    }

    private func found() throws -> Predecessor {
        do {
            return try Predecessor(atPath: control)
        } catch {
            throw Failure(
                "no balancer can be taken over at \(control): \(error)",
                remedy: "start it without --takeover, or name its --control")
        }
    }

    /// Without a place to be found at it serves all the same, and cannot be replaced.
    private func offer(
        _ balancer: StandaloneBalancer, _ sender: AsyncStream<Event>.Continuation
    ) -> Handover? {
        do {
            let handover = try Handover(
                path: control, plane: balancer.plane, command: { await balancer.take($0) },
                succeeded: {
                    balancer.admin.withLock { $0 }?.stop()
                    sender.yield(.succeeded)
                })
            handover.start()
            return handover
        } catch {
            logger.warning("It can't be replaced while it runs: \(control): \(error)")
            return nil
        }
    }

    /// Returns at the end; true when a successor is there.
    private func serve(
        _ balancer: StandaloneBalancer, _ events: AsyncStream<Event>
    ) async -> Bool {
        let following = _Concurrency.Task { await balancer.run() }
        defer { following.cancel() }
        for await event in events {
            switch event {
            case .succeeded: return true
            case .signal(SIGHUP):
                await balancer.reopenLog()
                await balancer.reload()
            case .signal(SIGUSR2): startSuccessor()
            case .signal: return false
            }
        }
        return false
    }

    private func startSuccessor() {
        _Concurrency.Task { [logger, program] in
            do {
                try await SuccessorProcess.run(program)
                logger.error("The successor ended; this process goes on")
            } catch {
                logger.error("There is no successor: \(Failure.text(of: error))")
            }
        }
    }
}
