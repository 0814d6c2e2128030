import Model
import Store
import Testing

/// A service's tasks are registered in Cloud Map as they are named in discovery.
struct RegistryTests {
    private static let place = Key.directory("db", in: "shop.internal")

    private func running(_ edit: (inout ServiceRegistry) -> Void = { _ in }) throws -> Rehearsal {
        let rehearsal = try Rehearsal()
        var registry = ServiceRegistry(
            registryArn: "srv-1", name: "db", namespace: "shop.internal")
        edit(&registry)
        try rehearsal.change { $0.serviceRegistries = [registry] }
        _ = try rehearsal.end(try rehearsal.deploy("good"))
        try rehearsal.settle()
        return rehearsal
    }

    private func entry(_ rehearsal: Rehearsal, at key: Key = place) throws -> DirectoryEntry? {
        try rehearsal.store.all(DirectoryEntry.self, in: .directory).first {
            Key.directory($0.service, in: $0.namespace) == key
        }
    }

    @Test func tasksAreRegisteredBesideTheirOwnNames() throws {
        let rehearsal = try running()
        let registered = try #require(try entry(rehearsal))
        let own = try #require(
            try entry(rehearsal, at: .directory("hello", in: "default")))
        #expect(registered.service == "db" && registered.namespace == "shop.internal")
        #expect(registered.instances == own.instances && own.instances.count == 2)
        let attributes = try #require(registered.instances[0].attributes)
        #expect(attributes["ECS_SERVICE_NAME"] == "hello")
        #expect(attributes["ECS_CLUSTER_NAME"] == "default")
        #expect(attributes["ECS_TASK_DEFINITION_FAMILY"] == "good")
        #expect(attributes["AVAILABILITY_ZONE"] == "us-east-1a")
        #expect(attributes["REGION"] == "us-east-1")
        #expect(attributes["EC2_INSTANCE_ID"]?.hasPrefix("i-") == true)
    }

    @Test func registryMayGiveAPortOfItsOwn() throws {
        let rehearsal = try running { $0.port = 5432 }
        #expect(try entry(rehearsal)?.instances.map(\.port) == [5432, 5432])
    }

    @Test func registryMayMeanAContainersPort() throws {
        let rehearsal = try running {
            $0.containerName = "app"
            $0.containerPort = 8000
        }
        let own = try entry(rehearsal, at: .directory("hello", in: "default"))
        #expect(try entry(rehearsal)?.instances.map(\.port) == own?.instances.map(\.port))
        #expect(own?.instances.contains { $0.port == 0 } == false)
    }

    @Test func taskIsStoppedWhenNoPlaceNamesItAnyMore() throws {
        let rehearsal = try running()
        let lease = try rehearsal.store.grantLease(milliseconds: 1 << 40)
        let known = try rehearsal.store.read([.directory]).records.map(\.version).max() ?? 0
        var report = NameserverReport(id: "n", appliedRevision: known)
        try rehearsal.store.commit(
            Transaction([.put(.liveNameserver("n"), report, lease: lease)]))
        let victim = try rehearsal.tasks()[0]
        try rehearsal.retire(victim)
        try rehearsal.pass(seconds: 600)
        #expect(try entry(rehearsal)?.instances.contains { $0.id == victim.id.text } == false)
        #expect(rehearsal.stopped.isEmpty)
        report.appliedRevision =
            try rehearsal.store.read([.directory]).records.map(\.version).max() ?? 0
        try rehearsal.store.commit(
            Transaction([.put(.liveNameserver("n"), report, lease: lease)]))
        try rehearsal.pass(seconds: 9)
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 2)
        #expect(rehearsal.stopped == [victim.id])
    }

    @Test func registrationsGoBeforeTheServiceDoes() throws {
        let rehearsal = try running()
        try rehearsal.change {
            $0.status = .draining
            $0.desiredCount = 0
        }
        try rehearsal.settle()
        #expect(try entry(rehearsal)?.instances == [])
        #expect(rehearsal.stopped.isEmpty)
        try rehearsal.pass(seconds: 60)
        #expect(rehearsal.stopped.count == 2)
        #expect(try entry(rehearsal) == nil)
    }

    @Test func registryThatIsTakenAwayIsLeftByItsTasks() throws {
        let rehearsal = try running()
        try rehearsal.change { $0.serviceRegistries = [] }
        try rehearsal.settle()
        #expect(try entry(rehearsal) == nil)
        #expect(try rehearsal.names().count == 2)
        #expect(rehearsal.stopped.isEmpty)
    }
}
