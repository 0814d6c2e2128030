import Model
import Store

struct DescribeStatusRequest: Decodable {
    let cluster: String?
}

extension TealService {
    static func describeStatus(
        _ request: DescribeStatusRequest, _ call: Call
    ) async throws -> StatusAnswer {
        let cluster = try await call.activeCluster(request.cluster)
        let snapshot = try await call.store.read([
            Key.leader, Key.liveLeader, Key.loadBalancers, Key.generations, Key.balancers,
            Key.liveBalancers, Key.liveNameservers, Key("containerinstances", cluster.text),
            Key.liveAgents,
        ])
        let leader = try snapshot.value(at: Key.leader, as: Leader.self)?.value
        return StatusAnswer(
            cluster: cluster,
            leader: leader.map {
                StatusAnswer.LeaderAnswer(
                    term: $0.term, holder: $0.holder, isLive: snapshot.contains(Key.liveLeader))
            },
            loadBalancers: try snapshot.values(in: Key.loadBalancers, as: LoadBalancer.self).map {
                StatusAnswer.LoadBalancerAnswer(
                    name: $0.value.name,
                    currentGeneration: try snapshot.currentGeneration(of: $0.value.name))
            },
            balancers: try snapshot.balancers(),
            nameservers: try snapshot.values(in: Key.liveNameservers, as: NameserverReport.self)
                .map(\.value),
            containerInstances: try instances(
                in: snapshot, tasks: try await call.tasks(in: cluster), of: cluster),
            services: try await services(in: cluster, call))
    }

    private static func instances(
        in snapshot: Snapshot, tasks: [ObservedTask], of cluster: ClusterName
    ) throws -> [StatusAnswer.InstanceAnswer] {
        try snapshot.values(
            in: Key("containerinstances", cluster.text), as: ContainerInstance.self
        ).map(\.value).map { instance in
            let tasks = tasks.filter { $0.task.containerInstance == instance.id }
            return StatusAnswer.InstanceAnswer(
                id: instance.id, address: instance.address, status: instance.status,
                agentConnected: snapshot.contains(.liveAgent(instance.id, in: cluster)),
                runningTasksCount: tasks.count(where: \.isRunning),
                pendingTasksCount: tasks.count(where: \.isPending))
        }
    }

    private static func services(
        in cluster: ClusterName, _ call: Call
    ) async throws -> [StatusAnswer.ServiceLine] {
        let services = try await call.store.values(
            in: Key("services", cluster.text), as: Service.self
        ).map(\.value).filter { $0.status != .inactive }
        let book = try await ServiceBook(reading: services.map(\.name), in: cluster, call)
        return try services.map { service in
            let counts = book.counts(of: service.name)
            let newest = try book.deployments(of: service).first
            let stage = newest.flatMap { $0.status.isTerminal ? nil : $0.stage }
            return StatusAnswer.ServiceLine(
                name: service.name, status: service.status, desiredCount: service.desiredCount,
                runningCount: counts.running, pendingCount: counts.pending,
                deployment: newest.map { deployment in
                    [deployment.status.rawValue, stage?.rawValue].compactMap(\.self)
                        .joined(separator: " ")
                })
        }
    }
}

extension Snapshot {
    fileprivate func currentGeneration(
        of loadBalancer: LoadBalancerName
    ) throws(StoreError) -> UInt64 {
        try value(at: .generation(loadBalancer), as: Generation.self)?.value.number ?? 0
    }

    /// Every balancer that is registered or reports.
    fileprivate func balancers() throws(StoreError) -> [BalancerAnswer] {
        let registrations = try values(in: Key.balancers, as: BalancerRegistration.self)
            .map(\.value)
        let reports = try values(in: Key.liveBalancers, as: BalancerReport.self).map(\.value)
        let all = Set(
            registrations.map { [$0.loadBalancer.text, $0.id.text] }
                + reports.map { [$0.loadBalancer.text, $0.id.text] })
        var answers: [BalancerAnswer] = []
        for pair in all.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let loadBalancer = LoadBalancerName(pair[0])
            let id = BalancerID(pair[1])
            answers.append(
                BalancerAnswer(
                    id, of: loadBalancer,
                    registration: registrations.first {
                        $0.id == id && $0.loadBalancer == loadBalancer
                    },
                    report: reports.first { $0.id == id && $0.loadBalancer == loadBalancer },
                    current: try currentGeneration(of: loadBalancer)))
        }
        return answers
    }
}
