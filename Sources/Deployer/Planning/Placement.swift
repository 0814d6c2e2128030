import Model

/// Where a task goes, or why it goes nowhere.
enum PlacementResult: Equatable {
    case placed(ContainerInstanceID)
    /// With what each machine lacks, the closest one first; empty when there is none.
    case refused([PlacementObstacle])
}

/// Why one machine does not take a task.
struct PlacementObstacle: Equatable {
    let instance: ContainerInstanceID
    /// In ECS's words.
    let reason: String
}

/// Gives the tasks of each group places on the machines that take them.
struct Placement {
    /// The machines that take tasks, in order.
    var rooms: [Room]

    /// The first of `rules.strategy` decides, the next one where it leaves a tie; at last the
    /// fewest tasks of the group, then the fewest tasks, then the smallest id.
    mutating func place(
        _ demand: Demand, for group: String, by rules: PlacementRules = .none,
        using generator: inout Generator
    ) -> PlacementResult {
        let fitting = rooms.indices.filter {
            rooms[$0].obstacle(to: rules, for: group) == nil
                && rooms[$0].obstacle(to: demand) == nil
        }
        let ranked = fitting.map { index in
            (index: index, rank: rank(of: rooms[index], for: group, rules, using: &generator))
        }
        let best = ranked.min {
            $0.rank == $1.rank
                ? rooms[$0.index].instance < rooms[$1.index].instance
                : $0.rank.lexicographicallyPrecedes($1.rank)
        }
        guard let best else { return .refused(obstacles(to: demand, for: group, rules)) }
        rooms[best.index].take(demand, for: group)
        return .placed(rooms[best.index].instance)
    }

    private func rank(
        of room: Room, for group: String, _ rules: PlacementRules,
        using generator: inout Generator
    ) -> [Int] {
        var rank: [Int] = []
        for strategy in rules.strategy {
            switch (strategy.type, strategy.field) {
            case (.random, _): rank.append(Int.random(in: 0..<Int.max, using: &generator))
            case (.binpack, "cpu"): rank.append(room.cpu)
            case (.binpack, _): rank.append(room.memory)
            case (.spread, let field?) where field.hasPrefix("attribute:"):
                let name = String(field.dropFirst("attribute:".count))
                let value = room.attribute(name)
                rank.append(
                    rooms.reduce(0) {
                        $1.attribute(name) == value ? $0 + $1.tasks(of: group) : $0
                    })
            case (.spread, _): rank.append(room.tasks(of: group))
            }
        }
        return rank + [room.tasks(of: group), room.count]
    }

    /// The closest machine is the one that may run it and has the most memory left.
    private func obstacles(
        to demand: Demand, for group: String, _ rules: PlacementRules
    ) -> [PlacementObstacle] {
        let judged = rooms.map { room in
            let rule = room.obstacle(to: rules, for: group)
            return (room: room, mayRun: rule == nil, reason: rule ?? room.obstacle(to: demand))
        }
        return judged.sorted {
            ($0.mayRun ? 0 : 1, -$0.room.memory, $0.room.instance)
                < ($1.mayRun ? 0 : 1, -$1.room.memory, $1.room.instance)
        }.map { PlacementObstacle(instance: $0.room.instance, reason: $0.reason ?? "is full") }
    }
}
