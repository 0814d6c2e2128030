import Foundation
import Model
import Proxy

/// The proxy that the cases are played against, in front of one upstream.
struct Subject {
    let name: String
    /// Whether it is held to the bytes.
    let isExact: Bool
    let upstream: WireListener
    /// By listener; a proxy that is not ours has but the plain one.
    let ports: [Variant: UInt16]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// `haproxy` or `nginx` to score one of them; our own balancer when absent.
    static let peerName = ProcessInfo.processInfo.environment["TEAL_CONFORMANCE_PEER"]

    /// Runs `body` against the proxy that the environment names, and ends it.
    static func with(_ body: (Subject) throws -> Void) async throws {
        let upstream = try WireListener()
        if let peerName {
            let peer = try PeerProxy(peerName, upstream: upstream.port)
            defer { peer.end() }
            try peer.waitUntilListening()
            return try body(
                Subject(
                    name: peerName, isExact: false, upstream: upstream, ports: [.plain: peer.port]))
        }
        let probes = try ProbeAnswerer()
        defer { probes.end() }
        let plane = try DataPlane(workers: 1)
        do {
            try await plane.apply(configuration(upstream.port, probes: probes.port))
            var ports: [Variant: UInt16] = [:]
            for variant in Variant.allCases {
                ports[variant] = await plane.port(of: Identifier(variant.rawValue))
            }
            try body(Subject(name: "teal", isExact: true, upstream: upstream, ports: ports))
        } catch {
            await plane.end(milliseconds: 0)
            throw error
        }
        await plane.end(milliseconds: 0)
    }

    /// What is wrong with each case; `nil` when it passed.
    func play(_ cases: [Case]) -> [(case: Case, defect: String?)] {
        cases.compactMap { item in
            guard let port = ports[item.listener] else { return nil }
            do {
                let host = item.listener.address
                let stage = Stage(upstream: upstream, host: host, port: port, isExact: isExact)
                try stage.play(item.steps)
                return (item, nil)
            } catch {
                return (item, "\(error)")
            }
        }
    }

    /// Health checks have a port of their own: the cases have the upstream to themselves.
    private static func configuration(
        _ port: UInt16, probes: UInt16
    ) -> LoadBalancerConfiguration {
        var group = TargetGroup(name: "upstream")
        group.healthCheck.port = probes
        group.targets = [Target(id: "target", address: "127.0.0.1", port: port)]
        return LoadBalancerConfiguration(
            loadBalancer: "conformance", generation: 1,
            listeners: Variant.allCases.map(\.listener), targetGroups: [group])
    }
}
