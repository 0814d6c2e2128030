import Model

extension Task {
    /// The task definition's containers with this task's overrides: its command replaces theirs,
    /// its environment wins by name.
    var effectiveContainers: [ContainerDefinition] {
        taskDefinition.containerDefinitions.map { definition in
            var definition = definition
            for override in overrides.containerOverrides where override.name == definition.name {
                definition.command = override.command ?? definition.command
                let changed = override.environment ?? []
                definition.environment.removeAll { old in
                    changed.contains { $0.name == old.name }
                }
                definition.environment += changed
            }
            return definition
        }
    }

    /// Why no agent could run this task, with the remedy; `nil` when nothing speaks against it.
    var defect: String? {
        guard Task.isPlain(id.text) else {
            return "The task's id must be letters, digits, hyphens and underscores"
        }
        let names = effectiveContainers.map(\.name)
        guard !names.isEmpty else { return "containerDefinitions must name at least one container" }
        if let name = names.first(where: { !Task.isPlain($0) }) {
            return
                "The container name \"\(name)\" must be at most 255 letters, digits, hyphens and "
                + "underscores"
        }
        if let name = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            return "containerDefinitions has two containers named \(name); give each its own name"
        }
        return nil
    }

    /// Whether `text` can name a folder: ECS's rule for the names of containers.
    private static func isPlain(_ text: String) -> Bool {
        (1...255) ~= text.utf8.count
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
                default: false
                }
            }
    }
}
