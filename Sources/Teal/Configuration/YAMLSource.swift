import API
import Model
import Yams

/// YAML as JSON, and the way back from a field to its line.
struct YAMLSource: Sendable {
    let text: String
    let path: String

    /// The whole document; a `Failure` names the line of what is not YAML.
    func document() throws -> JSON {
        try YAMLSource.json(of: root(), in: path)
    }

    /// `error` with the file and the line of its field.
    func failure(_ error: FieldError) -> Failure {
        guard let root = try? root() else { return Failure("\(path): \(error)") }
        return Failure("\(path):\(YAMLSource.line(of: error.field, in: root)): \(error)")
    }

    private func root() throws -> Node {
        do {
            return try Yams.compose(yaml: text) ?? .mapping(Node.Mapping([]))
        } catch {
            throw Failure("\(path): \(error)")
        }
    }
}

extension YAMLSource {
    /// Converts `node` by YAML's core schema; keys must be text.
    private static func json(of node: Node, in path: String) throws -> JSON {
        switch node {
        case .mapping(let mapping):
            var fields: [String: JSON] = [:]
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw Failure("\(path):\(line(key)): a key must be text")
                }
                fields[name] = try json(of: value, in: path)
            }
            return .object(fields)
        case .sequence(let sequence):
            return .array(try sequence.map { try json(of: $0, in: path) })
        case .scalar(let scalar):
            return value(of: node, text: scalar.string)
        case .alias:
            throw Failure("\(path):\(line(node)): an alias has no anchor")
        }
    }

    /// The line on which `field` (`services[0].port`) stands, or the nearest one around it.
    private static func line(of field: String, in root: Node) -> Int {
        var node = root
        var found = line(root)
        // An attribute's name has dots of its own.
        var name = ""
        for step in steps(of: field) {
            switch step {
            case .key(let part):
                name += name.isEmpty ? part : ".\(part)"
                guard
                    let pair = node.mapping?.first(where: { $0.key.scalar?.string == name })
                else { continue }
                name = ""
                found = line(pair.key)
                node = pair.value
            case .index(let index):
                guard name.isEmpty, let sequence = node.sequence, sequence.indices.contains(index)
                else {
                    return found
                }
                node = sequence[index]
                found = line(node)
            }
        }
        return found
    }

    private enum Step {
        case key(String)
        case index(Int)
    }

    private static func steps(of field: String) -> [Step] {
        field.split(separator: ".").flatMap { part -> [Step] in
            let pieces = part.split(separator: "[")
            var steps: [Step] = pieces.first.map { [.key(String($0))] } ?? []
            for piece in pieces.dropFirst() {
                if let index = Int(piece.dropLast()) { steps.append(.index(index)) }
            }
            return steps
        }
    }

    private static func line(_ node: Node) -> Int {
        node.mark?.line ?? 1
    }

    private static func value(of node: Node, text: String) -> JSON {
        switch node.tag.description {
        case "tag:yaml.org,2002:int": return node.int.map { .integer(Int64($0)) } ?? .string(text)
        case "tag:yaml.org,2002:bool": return node.bool.map { .boolean($0) } ?? .string(text)
        case "tag:yaml.org,2002:float": return node.float.map { .number($0) } ?? .string(text)
        case "tag:yaml.org,2002:null": return .null
        default: return .string(text)
        }
    }
}
