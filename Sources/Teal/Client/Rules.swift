import ArgumentParser
import Model

/// `teal rules`
struct Rules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List listeners' rules in the order in which they are tried.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "Only this listener.")
    var listener: String?

    func run() async throws {
        var input: JSON = [:]
        if let listener { input = ["listener": .string(listener)] }
        let answer = try await options.client().call(.teal, "DescribeRules", input)
        if options.json { return try Output.json(answer) }
        var table = Table("LISTENER", "PRIORITY", "RULE", "CONDITIONS", "ACTION")
        for listener in answer["listeners"]?.elements ?? [] {
            for rule in listener["rules"]?.elements ?? [] {
                table.add(
                    listener["name"]?.string ?? "", rule["priority"]?.string ?? "",
                    rule["name"]?.string ?? "-", Rules.conditions(of: rule),
                    Rules.action(of: rule))
            }
        }
        print(table.text)
    }

    /// `host-header a.org, *.b.org; path-pattern ~^/c`: expressions have a tilde before them.
    static func conditions(of rule: JSON) -> String {
        let conditions = (rule["conditions"]?.elements ?? []).map { condition in
            let values = (condition["values"]?.elements ?? []).compactMap(\.string)
            let expressions = (condition["regexValues"]?.elements ?? []).compactMap(\.string)
            let subject = [condition["field"]?.string, condition["httpHeaderName"]?.string]
                .compactMap(\.self).joined(separator: " ")
            return "\(subject) "
                + (values + expressions.map { "~\($0)" }).joined(separator: ", ")
        }
        return conditions.isEmpty ? "-" : conditions.joined(separator: "; ")
    }

    /// `forward web-blue 900, web-green 100`, `redirect 301 /new`, `fixed-response 404`.
    static func action(of rule: JSON) -> String {
        guard let action = rule["action"] else { return "-" }
        var words = [action["type"]?.string ?? ""]
        let groups = (action["targetGroups"]?.elements ?? []).map { group in
            "\(group["targetGroup"]?.string ?? "") \(group["weight"]?.integer ?? 0)"
        }
        if !groups.isEmpty { words.append(groups.joined(separator: ", ")) }
        if action["failover"]?.boolean == true { words.append("with failover") }
        if let mirror = action["mirror"], let group = mirror["targetGroup"]?.string {
            words.append("mirrored to \(group) \(mirror["percent"]?.integer ?? 0) %")
        }
        if let status = action["statusCode"]?.integer { words.append(String(status)) }
        if let location = action["location"]?.string { words.append(location) }
        let transforms = (rule["transforms"]?.elements ?? []).compactMap { $0["type"]?.string }
        if !transforms.isEmpty { words.append("after \(transforms.joined(separator: ", "))") }
        return words.joined(separator: " ")
    }
}
