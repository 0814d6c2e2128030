import ArgumentParser
import Foundation
import Model

/// `teal status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the processes, the machines and the services, and what is wrong.")

    @OptionGroup var options: ClientOptions

    func run() async throws {
        let folder = options.folder
        let endpoints = try Endpoints.read(from: folder)
        let processes = ProcessStatus.all(in: folder)
        let control = try await ControlStatus.read(options)
        if options.json { return try Output.json(document(endpoints, processes, control)) }
        print("Teal \(Release.version), data in \(folder.path)")
        print("API \(endpoints.api), DNS \(endpoints.dns), metrics \(endpoints.metrics)\n")
        var table = Table("PROCESS", "PID", "STATE", "UPTIME")
        for process in processes {
            table.add(
                process.role.rawValue, process.pid.map(String.init) ?? "-", process.state,
                process.uptimeSeconds.map(Age.text(seconds:)) ?? "-")
        }
        print(table.text + "\n")
        print(control.text)
    }

    private func document(
        _ endpoints: Endpoints, _ processes: [ProcessStatus], _ control: ControlStatus
    ) -> JSON {
        [
            "version": .string(Release.version),
            "data": .string(options.folder.path),
            "endpoints": [
                "api": .string("\(endpoints.api)"), "dns": .string("\(endpoints.dns)"),
                "metrics": .string("\(endpoints.metrics)"),
            ],
            "processes": .array(processes.map(\.json)),
            "control": control.json,
        ]
    }
}

/// One of the machine's processes, as /proc has it.
struct ProcessStatus {
    let role: Role
    let pid: Int32?
    let state: String
    let uptimeSeconds: Double?

    static func all(in folder: DataFolder) -> [ProcessStatus] {
        Role.allCases.map { role in
            guard let record = ProcessRecord.read(role, from: folder) else {
                return ProcessStatus(role: role, pid: nil, state: "stopped", uptimeSeconds: nil)
            }
            guard record.isAlive else {
                return ProcessStatus(role: role, pid: nil, state: "dead", uptimeSeconds: nil)
            }
            return ProcessStatus(
                role: role, pid: record.pid, state: "running",
                uptimeSeconds: ProcessTable.secondsSinceBoot.map {
                    $0 - Double(record.startTicks) / Double(sysconf(Int32(_SC_CLK_TCK)))
                })
        }
    }

    var json: JSON {
        [
            "role": .string(role.rawValue),
            "pid": pid.map { .integer(Int64($0)) } ?? .null,
            "state": .string(state),
            "uptimeSeconds": uptimeSeconds.map { .number($0) } ?? .null,
        ]
    }
}

/// What the controller says; `status` works without it too.
struct ControlStatus {
    let json: JSON
    let text: String

    static func read(_ options: ClientOptions) async throws -> ControlStatus {
        do {
            let client = try options.client()
            let answer = try await client.call(
                .teal, "DescribeStatus", ["cluster": .string(options.cluster)])
            return ControlStatus(json: answer, text: text(of: answer))
        } catch {
            let problem = Failure.text(of: error)
            return ControlStatus(
                json: ["error": .string(problem)],
                text: "The controller does not answer: \(problem)\n"
                    + "Traffic goes on without it; `teal up` starts it again.")
        }
    }

    private static func text(of answer: JSON) -> String {
        var parts: [String] = []
        var balancers = Table("BALANCER", "LOAD BALANCER", "GENERATION", "CURRENT", "STATE")
        for balancer in answer["balancers"]?.elements ?? [] {
            balancers.add(
                balancer["id"]?.string ?? "", balancer["loadBalancer"]?.string ?? "",
                balancer["appliedGeneration"]?.integer.map(String.init) ?? "-",
                balancer["currentGeneration"]?.integer.map(String.init) ?? "-",
                balancer["state"]?.string ?? "")
        }
        if !balancers.rows.isEmpty { parts.append(balancers.text) }
        var instances = Table("CONTAINER INSTANCE", "ADDRESS", "AGENT", "TASKS")
        for instance in answer["containerInstances"]?.elements ?? [] {
            instances.add(
                instance["id"]?.string ?? "", instance["address"]?.string ?? "",
                instance["agentConnected"]?.boolean == true ? "connected" : "away",
                instance["runningTasksCount"]?.integer.map(String.init) ?? "0")
        }
        if !instances.rows.isEmpty { parts.append(instances.text) }
        var services = Table("SERVICE", "STATUS", "TASKS", "DEPLOYMENT")
        for service in answer["services"]?.elements ?? [] {
            services.add(
                service["name"]?.string ?? "", service["status"]?.string ?? "",
                "\(service["runningCount"]?.integer ?? 0)/\(service["desiredCount"]?.integer ?? 0)",
                service["deployment"]?.string ?? "-")
        }
        if !services.rows.isEmpty { parts.append(services.text) }
        return parts.joined(separator: "\n\n")
    }
}
