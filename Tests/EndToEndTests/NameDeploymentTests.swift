import Testing

/// Deployments as those see them who find the service by its name, without a balancer between.
@Suite(.serialized)
struct NameDeploymentTests {
    @Test("Three deployments and a rollback lose no request of clients that go by name")
    func clientsByName() async throws {
        try await TealUnderTest.run { teal in
            let load = try NameClient(server: teal.dns, name: "hello.default.teal")
            load.start()
            for version in 2...4 {
                try await teal.teal("deploy", "hello", "--env", "VERSION=\(version)")
            }
            try await teal.teal("rollback", "hello")
            let tally = await load.stop()
            #expect(tally.failures == [], "of \(tally.requests) requests")
            #expect(tally.requests > 200)
            for version in 1...4 {
                #expect(tally.versions["\(version)", default: 0] > 0, "version \(version)")
            }
        }
    }
}
