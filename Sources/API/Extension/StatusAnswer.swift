import Model

/// All that `teal status` shows, as of one moment.
struct StatusAnswer: Encodable {
    let cluster: ClusterName
    let leader: LeaderAnswer?
    let loadBalancers: [LoadBalancerAnswer]
    let balancers: [BalancerAnswer]
    let nameservers: [NameserverReport]
    let containerInstances: [InstanceAnswer]
    let services: [ServiceLine]

    struct LeaderAnswer: Encodable {
        let term: UInt64
        let holder: String
        let isLive: Bool
    }

    struct LoadBalancerAnswer: Encodable {
        let name: LoadBalancerName
        /// 0 before the first.
        let currentGeneration: UInt64
    }

    struct InstanceAnswer: Encodable {
        let id: ContainerInstanceID
        let address: String
        let status: ContainerInstanceStatus
        let agentConnected: Bool
        let runningTasksCount: Int
        let pendingTasksCount: Int
    }

    struct ServiceLine: Encodable {
        let name: ServiceName
        let status: ServiceStatus
        let desiredCount: Int
        let runningCount: Int
        let pendingCount: Int
        /// `IN_PROGRESS BAKE_TIME`: the newest deployment's status, and its stage while it is open.
        let deployment: String?
    }
}

struct BalancerAnswer: Encodable {
    enum State: String, Encodable {
        /// It runs the current generation.
        case current
        /// It runs an older generation than the current one.
        case behind
        /// It serves from its saved snapshot, and no barrier waits for it.
        case fenced
        /// It refused the newest generation and serves an older one.
        case refusing
        /// It does not report.
        case away
    }

    let id: BalancerID
    let loadBalancer: LoadBalancerName
    let address: String?
    let appliedGeneration: UInt64?
    let currentGeneration: UInt64
    let state: State
    let refusal: BalancerReport.Refusal?

    init(
        _ id: BalancerID, of loadBalancer: LoadBalancerName,
        registration: BalancerRegistration?, report: BalancerReport?, current: UInt64
    ) {
        self.id = id
        self.loadBalancer = loadBalancer
        address = registration?.address
        appliedGeneration = report?.appliedGeneration
        currentGeneration = current
        refusal = report?.refusal
        state =
            if let report {
                if report.refusal?.generation == current {
                    .refusing
                } else if report.fenced {
                    .fenced
                } else {
                    report.appliedGeneration >= current ? .current : .behind
                }
            } else {
                .away
            }
    }
}
