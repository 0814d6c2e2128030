package import Model

/// Every key that Teal uses, and who writes it. This file is the map of the store.
extension Key {
    // MARK: Written by the API (what users want)

    package static let clusters = Key("clusters")
    package static func cluster(_ name: ClusterName) -> Key { Key("clusters", name.text) }

    package static let taskDefinitions = Key("taskdefinitions")
    package static func taskDefinition(family: String, revision: Int) -> Key {
        Key("taskdefinitions", family, Key.padded(revision))
    }

    /// Services are written by the API and, for what a deployment settles, by the control loop.
    package static let services = Key("services")
    package static func service(_ name: ServiceName, in cluster: ClusterName) -> Key {
        Key("services", cluster.text, name.text)
    }

    package static let serviceRevisions = Key("servicerevisions")
    package static func serviceRevision(
        _ id: ServiceRevisionID, of service: ServiceName, in cluster: ClusterName
    ) -> Key {
        Key("servicerevisions", cluster.text, service.text, id.text)
    }

    package static let loadBalancers = Key("loadbalancers")
    package static func loadBalancer(_ name: LoadBalancerName) -> Key {
        Key("loadbalancers", name.text)
    }

    package static let listeners = Key("listeners")
    package static func listener(_ name: ListenerName) -> Key { Key("listeners", name.text) }

    /// Rules are written by the API; the weights of a rule that a deployment shifts, by the loop.
    package static let rules = Key("rules")
    package static func rule(_ name: RuleName) -> Key { Key("rules", name.text) }

    package static let targetGroups = Key("targetgroups")
    package static func targetGroup(_ name: TargetGroupName) -> Key {
        Key("targetgroups", name.text)
    }

    package static let namespaces = Key("namespaces")
    package static func namespace(_ name: NamespaceName) -> Key { Key("namespaces", name.text) }

    /// Services that were registered by hand, and the instances of each.
    package static let discoveryServices = Key("discoveryservices")
    package static func discoveryService(_ id: DiscoveryServiceID) -> Key {
        Key("discoveryservices", id.text)
    }
    package static let discoveryInstances = Key("discoveryinstances")
    package static func discoveryInstances(of service: DiscoveryServiceID) -> Key {
        Key("discoveryinstances", service.text)
    }
    package static func discoveryInstance(_ id: String, of service: DiscoveryServiceID) -> Key {
        Key("discoveryinstances", service.text, id)
    }

    /// What was asked of discovery lately, for GetOperation; ids are in the order of time.
    package static let discoveryOperations = Key("discoveryoperations")
    package static func discoveryOperation(_ id: String) -> Key { Key("discoveryoperations", id) }

    /// What says from outside whether all is well.
    package static let alarms = Key("alarms")
    package static func alarm(_ name: AlarmName) -> Key { Key("alarms", name.text) }

    /// Which configuration was applied last from each file; `hash` is of the file's name.
    package static func appliedConfiguration(_ hash: String) -> Key {
        Key("appliedconfigurations", hash)
    }

    // MARK: Written by the API (created, asked to stop) and the control loop (all else)

    package static let deployments = Key("deployments")
    package static func deployment(
        _ id: ServiceDeploymentID, of service: ServiceName, in cluster: ClusterName
    ) -> Key {
        Key("deployments", cluster.text, service.text, id.text)
    }

    package static let tasks = Key("tasks")
    package static func tasks(in cluster: ClusterName) -> Key { Key("tasks", cluster.text) }
    package static func task(_ id: TaskID, in cluster: ClusterName) -> Key {
        Key("tasks", cluster.text, id.text)
    }

    // MARK: Written by the control loop

    package static let leader = Key("leader")

    package static let generations = Key("generations")
    package static func generation(_ loadBalancer: LoadBalancerName) -> Key {
        Key("generations", loadBalancer.text)
    }

    /// Content-addressed parts of generations; `hash` is SHA-256 of the value in hexadecimal.
    package static func parts(_ loadBalancer: LoadBalancerName) -> Key {
        Key("parts", loadBalancer.text)
    }
    package static func part(_ hash: String, of loadBalancer: LoadBalancerName) -> Key {
        Key("parts", loadBalancer.text, hash)
    }

    /// What discovery answers for a service: written in the commit that moves its traffic.
    package static let directory = Key("directory")
    package static func directory(_ service: ServiceName, in namespace: NamespaceName) -> Key {
        Key("directory", namespace.text, service.text)
    }

    /// The newest events of a service, for DescribeServices.
    package static let events = Key("events")
    package static func events(of service: ServiceName, in cluster: ClusterName) -> Key {
        Key("events", cluster.text, service.text)
    }

    /// The append-only story of a deployment, one entry a key, for `teal why`.
    package static func history(_ deployment: ServiceDeploymentID) -> Key {
        Key("history", deployment.text)
    }
    package static func history(_ deployment: ServiceDeploymentID, entry: Int) -> Key {
        Key("history", deployment.text, Key.padded(entry))
    }

    /// What a lifecycle hook answered, until the deployment's record has taken it in.
    package static let hookAnswers = Key("hookanswers")
    package static func hookAnswer(
        _ execution: String, of deployment: ServiceDeploymentID
    ) -> Key {
        Key("hookanswers", deployment.text, execution)
    }

    // MARK: Written by agents

    package static let containerInstances = Key("containerinstances")
    package static func containerInstance(
        _ id: ContainerInstanceID, in cluster: ClusterName
    ) -> Key {
        Key("containerinstances", cluster.text, id.text)
    }

    /// What an agent observes of a task: the other half of `task(_:in:)`.
    package static let taskStates = Key("taskstates")
    package static func taskStates(in cluster: ClusterName) -> Key {
        Key("taskstates", cluster.text)
    }
    package static func taskState(_ id: TaskID, in cluster: ClusterName) -> Key {
        Key("taskstates", cluster.text, id.text)
    }

    // MARK: Written by balancers

    package static let balancers = Key("balancers")
    package static func balancer(_ id: BalancerID, of loadBalancer: LoadBalancerName) -> Key {
        Key("balancers", loadBalancer.text, id.text)
    }

    // MARK: Written by name servers, by the one of them that probes

    /// An `InstanceHealth`; the API removes it with its instance.
    package static let instanceHealth = Key("instancehealth")
    package static func instanceHealth(of service: DiscoveryServiceID) -> Key {
        Key("instancehealth", service.text)
    }
    package static func instanceHealth(_ id: String, of service: DiscoveryServiceID) -> Key {
        Key("instancehealth", service.text, id)
    }

    // MARK: Lease-bound

    /// A `ContainerInstanceID`: present while its agent is connected.
    package static let liveAgents = Key("live", "agents")
    package static func liveAgent(_ id: ContainerInstanceID, in cluster: ClusterName) -> Key {
        Key("live", "agents", cluster.text, id.text)
    }

    /// A `BalancerReport`.
    package static let liveBalancers = Key("live", "balancers")
    package static func liveBalancer(_ id: BalancerID, of loadBalancer: LoadBalancerName) -> Key {
        Key("live", "balancers", loadBalancer.text, id.text)
    }

    /// A `NameserverReport`.
    package static let liveNameservers = Key("live", "nameservers")
    package static func liveNameserver(_ id: String) -> Key { Key("live", "nameservers", id) }

    /// The id of the name server that probes registered instances.
    package static let liveProber = Key("live", "prober")

    /// Present while the leader named in `leader` holds its lease.
    package static let liveLeader = Key("live", "leader")

    /// Zero-padded, so that the order of keys is the order of numbers.
    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }
}
