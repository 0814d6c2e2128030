import Foundation
import Testing

/// The tools that users bring: dig, curl, the AWS CLI, boto3.
@Suite(.serialized)
struct ToolsTests {
    @Test("dig, curl and the test listener answer as README says")
    func digAndCurl() async throws {
        try await TealUnderTest.run { teal in
            let curl = try await Program.run(
                "/usr/bin/curl", ["-sS", "http://127.0.0.1:\(teal.http)/"])
            #expect(curl.output.hasPrefix("Hello from version 1\n"))
            for flags in [[], ["+tcp"]] {
                let dig = try await Program.run(
                    "/usr/bin/dig",
                    ["@127.0.0.1", "-p", "\(teal.dns)", "hello.default.teal", "SRV"] + flags)
                #expect(dig.output.contains("status: NOERROR"))
                #expect(dig.output.contains("ANSWER: 2"))
                #expect(dig.output.contains(" aa"))
            }
            let lookup = try await teal.teal("lookup", "hello.default.teal", "A")
            #expect(lookup.contains("127.0.0.1"))
        }
    }

    @Test("The stock AWS CLI describes, deploys and waits")
    func awsCLI() async throws {
        try await TealUnderTest.run { teal in
            let script = """
                set -e
                eval "$('\(Build.program("teal"))' env --data '\(teal.folder)')"
                aws ecs describe-services --services hello \
                  --query 'services[0].status' --output text
                aws ecs update-service --service hello --desired-count 3 >/dev/null
                aws ecs wait services-stable --services hello
                aws ecs list-tasks --service-name hello --query 'length(taskArns)' --output text
                arn=$(aws ecs list-service-deployments --service hello \
                  --query 'serviceDeployments[0].serviceDeploymentArn' --output text)
                aws ecs describe-service-deployments --service-deployment-arns "$arn" \
                  --query 'serviceDeployments[0].status' --output text
                """
            let result = try await Program.run(
                "/bin/bash", ["-c", script],
                environment: ["PATH": Tools.path])
            #expect(result.code == 0, "\(result.output)")
            #expect(
                result.output.split(separator: "\n").map(String.init)
                    == ["ACTIVE", "3", "SUCCESSFUL"])
        }
    }

    @Test("An error in the configuration names its line and field; a taken port says what to do")
    func errors() async throws {
        try await TealUnderTest.run { teal in
            let file = teal.folder + "/bad.yaml"
            try String(contentsOfFile: teal.configuration, encoding: .utf8).replacingOccurrences(
                of: "200ms}", with: "fast}"
            )
            .write(toFile: file, atomically: true, encoding: .utf8)
            let output = try await teal.teal("apply", file, expecting: 1)
            #expect(output.contains("bad.yaml:14"))
            #expect(output.contains("services[0].health_check.interval"))
            let again = try await teal.teal("apply", teal.configuration)
            #expect(again.contains("Nothing to change"))
            let second = try await Program.run(
                Build.program("teal"),
                ["up", "--data", teal.folder + "-2", "--api", "127.0.0.1:\(teal.api)"])
            #expect(second.code != 0)
            #expect(second.output.contains("--api HOST:PORT"))
            try? FileManager.default.removeItem(atPath: teal.folder + "-2")
        }
    }
}

/// Where `make test` put the tools that are not Debian packages.
enum Tools {
    static var path: String {
        let usual = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let tools = FileManager.default.currentDirectoryPath + "/.build-venv/bin"
        return "\(tools):\(usual)"
    }
}
