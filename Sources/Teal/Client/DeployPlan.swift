import Foundation
import Model

/// What a deployment would change, and whether the container instances have room for it.
///
/// An estimate: what other services do meanwhile and placement constraints are not looked at.
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

    /// `service` and `instances` are as they are described; the definitions are as
    /// RegisterTaskDefinition takes them.
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
        fitting = (0..<beside).prefix { [demand] _ in demand.take(from: &rooms) }.count
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
        return "\(strategy): \(beside) more tasks \(present), \(each): \(room)."
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

    /// Takes this of the room with the most memory that has it; false when none has.
    func take(from rooms: inout [Demand]) -> Bool {
        let fitting = rooms.indices.filter { rooms[$0].cpu >= cpu && rooms[$0].memory >= memory }
        guard let best = fitting.max(by: { rooms[$0].memory < rooms[$1].memory }) else {
            return false
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
