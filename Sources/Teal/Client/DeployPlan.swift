import Foundation
import Model

/// What a deployment would change, and whether the container instances have room for it.
///
/// An estimate: what other services do meanwhile is not looked at.
struct DeployPlan {
    let changes: [JSONDifference]
    let strategy: String
    /// Tasks of the present revision, which stay until the new ones have proven themselves.
    let running: Int
    /// Tasks that run beside those at one time.
    let beside: Int
    /// How many of them find room.
    let fitting: Int
    private let demand: Demand
    private let fixedPorts: [Int]
    /// How many machines placement constraints leave; `nil` where there are none.
    private let allowed: Int?

    /// What must hold for a machine that is to run a task of `service` by the definition `new`, in
    /// the cluster query language.
    static func filters(of service: JSON, to new: JSON) -> [String] {
        let name = service["serviceName"]?.string ?? ""
        return constraints(of: service, to: new).compactMap { constraint in
            constraint["type"]?.string == "distinctInstance"
                ? "not (task:group == \"service:\(name)\")" : constraint["expression"]?.string
        }
    }

    private static func constraints(of service: JSON, to new: JSON) -> [JSON] {
        [service, new].flatMap { $0["placementConstraints"]?.elements ?? [] }
    }

    /// `service` and `instances` are as they are described, the machines those for which all
    /// `filters` hold; the definitions are as RegisterTaskDefinition takes them.
    init(service: JSON, from old: JSON, to new: JSON, instances: [JSON]) {
        changes = JSONDifference.all(from: old, to: new)
        let configuration = service["deploymentConfiguration"]
        strategy = configuration?["strategy"]?.string ?? "ROLLING"
        running = service["desiredCount"]?.integer ?? 0
        let percent = configuration?["maximumPercent"]?.integer ?? 200
        beside = strategy == "ROLLING" ? max(0, running * percent / 100 - running) : running
        demand = Demand(of: new)
        fixedPorts = new.containers.flatMap(\.fixedPorts)
        var rooms = instances.filter(\.takesTasks).map(Demand.init(leftOf:))
        let constraints = DeployPlan.constraints(of: service, to: new)
        allowed = constraints.isEmpty ? nil : rooms.count
        let isDistinct = constraints.contains { $0["type"]?.string == "distinctInstance" }
        fitting =
            (0..<beside).prefix { [demand] _ in
                demand.take(from: &rooms, wholly: isDistinct)
            }.count
    }

    var fits: Bool { fitting == beside }

    var json: JSON {
        [
            "changes": .array(changes.map(\.json)), "strategy": .string(strategy),
            "tasksBeside": .integer(Int64(beside)), "fitting": .integer(Int64(fitting)),
            "fits": .boolean(fits),
        ]
    }

    /// For a person; each a line.
    var sentences: [String] {
        let lines = changes.map { "  \($0.field)  \($0.old.text) -> \($0.new.text)" }
        let nothing = ["  Nothing changes: the tasks would be replaced by ones of their kind."]
        return (lines.isEmpty ? nothing : lines) + [capacity] + ports
    }

    private var capacity: String {
        let each = "\(demand.cpu) CPU units and \(demand.memory) MiB each"
        let present = "beside the \(running) there are"
        guard beside > 0 else { return "\(strategy): no task runs \(present)." }
        let room = fits ? "there is room" : "there is room for \(fitting)"
        let places = allowed.map { " on the machines that placement constraints allow (\($0))" }
        return "\(strategy): \(beside) more tasks \(present), \(each): \(room)\(places ?? "")."
    }

    private var ports: [String] {
        fixedPorts.map { port in
            "Port \(port) is fixed: an old and a new task cannot share a machine; "
                + "without a hostPort they can."
        }
    }
}

/// What a task takes of a container instance, or what one has left.
private struct Demand {
    let cpu: Int
    let memory: Int

    init(cpu: Int, memory: Int) {
        self.cpu = cpu
        self.memory = memory
    }

    /// The task's own sizes, else those of its containers together.
    init(of definition: JSON) {
        let containers = definition.containers
        cpu =
            definition["cpu"]?.size ?? containers.reduce(0) { $0 + ($1["cpu"]?.integer ?? 0) }
        memory =
            definition["memory"]?.size
            ?? containers.reduce(0) {
                $0 + ($1["memoryReservation"]?.integer ?? $1["memory"]?.integer ?? 0)
            }
    }

    init(leftOf instance: JSON) {
        func left(_ name: String) -> Int {
            let resources = instance["remainingResources"]?.elements ?? []
            return resources.first { $0["name"]?.string == name }?["integerValue"]?.integer ?? 0
        }
        self.init(cpu: left("CPU"), memory: left("MEMORY"))
    }

    /// Takes this of the room with the most memory that has it, and `wholly` all of that room;
    /// false when none has.
    func take(from rooms: inout [Demand], wholly: Bool) -> Bool {
        let fitting = rooms.indices.filter { rooms[$0].cpu >= cpu && rooms[$0].memory >= memory }
        guard let best = fitting.max(by: { rooms[$0].memory < rooms[$1].memory }) else {
            return false
        }
        if wholly {
            rooms.remove(at: best)
            return true
        }
        rooms[best] = Demand(cpu: rooms[best].cpu - cpu, memory: rooms[best].memory - memory)
        return true
    }
}

extension JSON {
    fileprivate var containers: [JSON] { self["containerDefinitions"]?.elements ?? [] }

    fileprivate var fixedPorts: [Int] {
        (self["portMappings"]?.elements ?? []).compactMap { $0["hostPort"]?.integer }
            .filter { $0 > 0 }
    }

    fileprivate var takesTasks: Bool {
        self["status"]?.string == "ACTIVE" && self["agentConnected"]?.boolean == true
    }

    /// Of a task: a number as text.
    fileprivate var size: Int? { string.flatMap { Int($0) } }
}

extension JSON? {
    /// In one line; nothing where there is nothing.
    fileprivate var text: String {
        guard let self else { return "nothing" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
    }
}

extension JSONDifference {
    fileprivate var json: JSON {
        ["field": .string(field), "old": old ?? .null, "new": new ?? .null]
    }
}
