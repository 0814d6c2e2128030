import Model
import Testing

@testable import Agent

@Suite struct PortAllocatorTests {
    private func task(_ mappings: PortMapping...) -> Task {
        Sample.task([Sample.container { $0.portMappings = mappings }])
    }

    private func ports(_ bindings: [String: [NetworkBinding]]) -> [Int] {
        bindings["web"]?.map(\.hostPort) ?? []
    }

    @Test func dynamicPortsGoRoundTheRange() throws {
        var allocator = PortAllocator(range: 10...12, startingAt: 12)
        let wanted = task(
            PortMapping(containerPort: 80), PortMapping(containerPort: 81, hostPort: 0))
        #expect(ports(try allocator.bind(wanted, taken: []) { _, _ in true }) == [12, 10])
        #expect(ports(try allocator.bind(wanted, taken: []) { _, _ in true }) == [11, 12])
    }

    @Test func takenAndBusyPortsAreSkipped() throws {
        var allocator = PortAllocator(range: 10...13, startingAt: 10)
        let wanted = task(PortMapping(containerPort: 80))
        #expect(ports(try allocator.bind(wanted, taken: [10]) { port, _ in port != 11 }) == [12])
    }

    @Test func anExhaustedRangeIsRefused() {
        var allocator = PortAllocator(range: 10...11, startingAt: 10)
        let wanted = task(PortMapping(containerPort: 80))
        let refusal = #expect(throws: PortAllocator.Refusal.self) {
            try allocator.bind(wanted, taken: [10, 11]) { _, _ in true }
        }
        #expect(refusal?.reason.contains("No port of 10-11 is free") == true)
    }

    @Test func oneTaskNeverGetsAPortTwice() {
        var allocator = PortAllocator(range: 10...10, startingAt: 10)
        let wanted = task(PortMapping(containerPort: 80), PortMapping(containerPort: 81))
        #expect(throws: PortAllocator.Refusal.self) {
            try allocator.bind(wanted, taken: []) { _, _ in true }
        }
    }

    @Test(arguments: [
        (Set([8080]), true, "another task"), (Set<Int>(), false, "another process"),
    ])
    func aFixedPortThatIsUsedIsRefused(taken: Set<Int>, isFree: Bool, owner: String) {
        var allocator = PortAllocator(range: 10...11, startingAt: 10)
        let refusal = #expect(throws: PortAllocator.Refusal.self) {
            try allocator.bind(task(PortMapping(containerPort: 80, hostPort: 8080)), taken: taken) {
                _, _ in isFree
            }
        }
        #expect(refusal?.reason.contains("already used by \(owner)") == true)
    }

    @Test(arguments: [-1, 65_536]) func aPortOutOfRangeIsRefused(port: Int) {
        var allocator = PortAllocator(range: 10...11, startingAt: 10)
        let refusal = #expect(throws: PortAllocator.Refusal.self) {
            try allocator.bind(task(PortMapping(containerPort: 80, hostPort: port)), taken: []) {
                _, _ in true
            }
        }
        #expect(refusal?.reason.contains("1-65535") == true)
    }

    @Test func theProtocolIsKept() throws {
        var allocator = PortAllocator(range: 10...11, startingAt: 10)
        var mapping = PortMapping(containerPort: 53)
        mapping.protocol = "udp"
        var asked: [String] = []
        let bindings = try allocator.bind(task(mapping), taken: []) { _, kind in
            asked.append(kind)
            return true
        }
        #expect(asked == ["udp"])
        #expect(bindings["web"]?.first?.protocol == "udp")
        #expect(bindings["web"]?.first?.bindIP == "0.0.0.0")
    }
}
