import ArgumentParser
import Model

/// `teal alarm`
struct Alarms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarm",
        abstract: "List alarms, or set one: those in ALARM end the deployments that watch them.")

    @OptionGroup var options: ClientOptions

    @Argument(help: "Only this alarm.")
    var name: String?

    @Option(help: ArgumentHelp("Set it: OK, ALARM or INSUFFICIENT_DATA.", valueName: "state"))
    var state: String?

    @Option(help: "Why, for a person.")
    var reason: String?

    @Flag(help: "Forget the alarm.")
    var delete = false

    func validate() throws {
        if name == nil, state != nil || delete {
            throw ValidationError("name the alarm: teal alarm NAME --state ALARM")
        }
        if state != nil, delete { throw ValidationError("--delete goes without --state") }
        if reason != nil, state == nil { throw ValidationError("--reason goes with --state") }
    }

    func run() async throws {
        let client = try options.client()
        if let name, let state {
            var input: [String: JSON] = [
                "alarmName": .string(name), "stateValue": .string(state.uppercased()),
            ]
            if let reason { input["stateReason"] = .string(reason) }
            let answer = try await client.call(.teal, "SetAlarmState", .object(input))
            return options.json
                ? try Output.json(answer) : print("\(name) is \(state.uppercased())")
        }
        if let name, delete {
            let answer = try await client.call(
                .teal, "DeleteAlarms", ["alarmNames": .strings([name])])
            return options.json ? try Output.json(answer) : print("\(name) is forgotten")
        }
        let input: JSON = name.map { ["alarmNames": .strings([$0])] } ?? [:]
        let answer = try await client.call(.teal, "DescribeAlarms", input)
        if options.json { return try Output.json(answer) }
        var table = Table("ALARM", "STATE", "REASON")
        for alarm in answer["alarms"]?.elements ?? [] {
            table.add(
                alarm["alarmName"]?.string ?? "", alarm["stateValue"]?.string ?? "",
                alarm["stateReason"]?.string ?? "")
        }
        print(table.text)
    }
}
