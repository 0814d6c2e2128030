import Model

/// Gives tasks their host ports: those that they ask for, or the next free ones of a range.
struct PortAllocator: Sendable {
    /// Why a task cannot have its ports.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    /// Below the kernel's ephemeral range, so that no outgoing connection ever takes one.
    static let rangeDefault = 20_000...32_767

    private let range: ClosedRange<Int>
    /// Where to look next: a port that was just given back is the last to be given again, when
    /// even the slowest client has forgotten who had it.
    private var next: Int

    /// Starts somewhere in `range`, so that a restart does not begin with the ports just used.
    init(range: ClosedRange<Int>, startingAt start: Int) {
        self.range = range
        next = range.contains(start) ? start : range.lowerBound
    }

    /// Ports for every container of `task`, by the container's name. `taken` are those of other
    /// tasks; `isFree` tells whether the machine has one free, by number and protocol.
    mutating func bind(
        _ task: Task, taken: Set<Int>, isFree: (Int, String) -> Bool
    ) throws(Refusal) -> [String: [NetworkBinding]] {
        var taken = taken
        var bindings: [String: [NetworkBinding]] = [:]
        for container in task.effectiveContainers {
            for mapping in container.portMappings {
                let port = try port(for: mapping, of: container, taken: taken, isFree: isFree)
                taken.insert(port)
                var binding = NetworkBinding(
                    bindIP: "0.0.0.0", containerPort: mapping.containerPort, hostPort: port)
                binding.protocol = mapping.protocol ?? "tcp"
                bindings[container.name, default: []].append(binding)
            }
        }
        return bindings
    }

    private mutating func port(
        for mapping: PortMapping, of container: ContainerDefinition, taken: Set<Int>,
        isFree: (Int, String) -> Bool
    ) throws(Refusal) -> Int {
        let kind = mapping.protocol ?? "tcp"
        guard let wanted = mapping.hostPort, wanted != 0 else {
            return try dynamicPort(taken: taken) { isFree($0, kind) }
        }
        guard (1...65_535).contains(wanted) else {
            throw Refusal(
                reason: "The hostPort \(wanted) of container \(container.name) must be 1-65535, "
                    + "or 0 to have a free one picked")
        }
        guard !taken.contains(wanted), isFree(wanted, kind) else {
            let owner = taken.contains(wanted) ? "another task" : "another process"
            throw Refusal(
                reason: "CannotStartContainerError: The hostPort \(wanted) of container "
                    + "\(container.name) is already used by \(owner) of this machine")
        }
        return wanted
    }

    private mutating func dynamicPort(
        taken: Set<Int>, isFree: (Int) -> Bool
    ) throws(Refusal) -> Int {
        for _ in range {
            let port = next
            next = port == range.upperBound ? range.lowerBound : port + 1
            if !taken.contains(port), isFree(port) { return port }
        }
        throw Refusal(
            reason: "CannotStartContainerError: No port of \(range.lowerBound)-"
                + "\(range.upperBound) is free on this machine")
    }
}
