import Foundation
import Testing

@testable import Agent

struct MachineTests {
    @Test("A machine offers the cores and the memory that the kernel says it has")
    func resources() throws {
        let machine = Machine.current()
        #expect(machine.cores == ProcessInfo.processInfo.processorCount)
        let text = try String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") })
        let kibibytes = try #require(
            line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        // The two counts differ by what the kernel keeps for itself.
        #expect(abs(machine.memoryMiB - kibibytes / 1024) <= machine.memoryMiB / 10)
    }
}
