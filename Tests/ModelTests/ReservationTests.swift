import Model
import Testing

struct ReservationTests {
    private func definition(
        memory: String? = nil, cpu: String? = nil,
        _ containers: [(cpu: Int, hard: Int?, soft: Int?)]
    ) -> TaskDefinition {
        var definition = TaskDefinition(
            family: "web", revision: 1, taskDefinitionArn: "",
            containerDefinitions: containers.map { sizes in
                var container = ContainerDefinition(name: "app", image: "host")
                (container.cpu, container.memory) = (sizes.cpu, sizes.hard)
                container.memoryReservation = sizes.soft
                return container
            }, registeredAt: .zero)
        (definition.cpu, definition.memory) = (cpu, memory)
        return definition
    }

    @Test func aContainersSoftLimitCountsBeforeItsHardOne() {
        let web = definition([(256, 512, 128), (128, 64, nil), (0, nil, 32), (0, nil, nil)])
        #expect(web.reservedMemory == 128 + 64 + 32)
        #expect(web.reservedCPU == 384)
    }

    @Test func theTasksOwnSizeCountsBeforeItsContainers() {
        let web = definition(memory: "1024", cpu: "512", [(256, 512, 128), (512, 512, nil)])
        #expect(web.reservedMemory == 1024)
        #expect(web.reservedCPU == 512)
    }
}
