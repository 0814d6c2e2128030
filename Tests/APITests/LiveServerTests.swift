import Foundation
import FoundationNetworking
import Model
import Testing

@testable import API

/// The server over sockets, and the stock clients against it.
@Suite struct LiveServerTests {
    private static func get(_ path: String, _ server: LiveServer) async throws -> Page {
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)\(path)"))
        let (data, response) = try await URLSession.shared.data(from: url)
        return Page(
            status: (response as? HTTPURLResponse)?.statusCode ?? 0,
            text: String(decoding: data, as: UTF8.self))
    }

    private struct Page: Equatable {
        let status: Int
        let text: String
    }

    @Test func healthNeedsNoSignature() async throws {
        try await LiveServer.run { server in
            let health = try await LiveServerTests.get("/health", server)
            #expect(health == Page(status: 200, text: "ok\n"))
            for path in ["/metrics", "/"] {
                let other = try await LiveServerTests.get(path, server)
                #expect(other.status == 400)
            }
        }
    }

    @Test func metricsAreTheClosuresText() async throws {
        try await LiveServer.run(
            metrics: { "teal_up 1\n" },
            { server in
                let metrics = try await LiveServerTests.get("/metrics", server)
                #expect(metrics == Page(status: 200, text: "teal_up 1\n"))
            })
    }

    @Test func anOverlongBodyIsRefusedAndOthersAreStillServed() async throws {
        try await LiveServer.run { server in
            let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/"))
            var request = URLRequest(url: url)
            request.httpMethod = "POST"
            request.httpBody = Data(repeating: 32, count: AWSJSON.bodyBytesMax + 1)
            let answer = try? await URLSession.shared.data(for: request)
            if let status = (answer?.1 as? HTTPURLResponse)?.statusCode { #expect(status == 413) }
            let health = try await LiveServerTests.get("/health", server)
            #expect(health == Page(status: 200, text: "ok\n"))
        }
    }

    @Test(.enabled("boto3 and the AWS CLI are installed") { await ClientProcess.hasClients() })
    func boto3DrivesEveryOperation() async throws {
        try await LiveServer.run { server in
            let client = try await ClientProcess(
                ["python3", ClientProcess.script("boto3_session.py")],
                environment: server.environment)
            #expect(client.status == 0, "\(client.output)")
        }
    }

    @Test(.enabled("boto3 and the AWS CLI are installed") { await ClientProcess.hasClients() })
    func theCommandLineClientDrivesAService() async throws {
        try await LiveServer.run { server in
            let client = try await ClientProcess(
                ["sh", "-eu", ClientProcess.script("aws_session.sh")],
                environment: server.environment)
            #expect(client.status == 0, "\(client.output)")
        }
    }

    @Test(.enabled("boto3 and the AWS CLI are installed") { await ClientProcess.hasClients() })
    func stockClientsDriveCloudMap() async throws {
        try await LiveServer.run { server in
            let script = ClientProcess.script("cloud_map_session")
            for arguments in [["python3", script + ".py"], ["sh", "-eu", script + ".sh"]] {
                let client = try await ClientProcess(arguments, environment: server.environment)
                #expect(client.status == 0, "\(client.output)")
            }
        }
    }
}
