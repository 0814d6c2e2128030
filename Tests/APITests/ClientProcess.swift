import Dispatch
import Foundation

/// A real client as a child process, given half a minute or two to finish.
struct ClientProcess {
    let status: Int32
    /// Both streams, as they came.
    let output: String

    private static let secondsMax = 150

    /// Waits on a thread of its own: the few that tasks share must stay free for the server.
    init(_ arguments: [String], environment: [String: String] = [:]) async throws {
        self = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        try ClientProcess(waitingFor: arguments, environment: environment)
                    })
            }
        }
    }

    private init(waitingFor arguments: [String], environment: [String: String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "-k", "5", "\(ClientProcess.secondsMax)"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) {
            _, given in given
        }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        output = String(
            decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    /// Whether this machine has the stock clients.
    static func hasClients() async -> Bool {
        let boto = try? await ClientProcess(["python3", "-c", "import boto3"])
        let cli = try? await ClientProcess(["aws", "--version"])
        return boto?.status == 0 && cli?.status == 0
    }

    static func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clients/\(name)").path
    }
}
