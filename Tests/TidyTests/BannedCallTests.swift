import Testing

@Suite struct BannedCallTests {
    private func violations(_ path: String, _ text: String) -> [Violation] {
        let file = SourceFile(path: path, text: text)
        return BannedCall.all.flatMap { $0.violations(in: file) }
    }

    @Test(
        arguments: [
            ("Sources/Agent/A.swift", "let x = try! f()"),
            ("Sources/Agent/A.swift", "let x = y as! Int"),
            ("Sources/Agent/A.swift", #"fatalError("no")"#),
            ("Sources/Agent/A.swift", "print(x)"),
            ("Sources/Agent/A.swift", "usleep(10)"),
            ("Tests/AgentTests/A.swift", "Thread.sleep(forTimeInterval: 1)"),
            ("Tests/AgentTests/A.swift", "try await Task.sleep(for: .seconds(1))"),
            ("Sources/Agent/A.swift", "final class A: @unchecked Sendable {}"),
            ("Sources/Agent/A.swift", "nonisolated(unsafe) var x = 0"),
            ("Sources/Model/A.swift", "let x = Date()"),
            ("Sources/Model/A.swift", "let x = ContinuousClock.now"),
            ("Tests/AgentTests/A.swift", "sleep(1)"),
            ("Sources/Model/A.swift", "let x = Int.random(in: 0..<3)"),
            ("Sources/Model/A.swift", "let x = list.shuffled()"),
            ("Sources/Model/A.swift", "func f() async {}"),
            ("Sources/Model/A.swift", #"let x = "\(Int.random(in: 0..<3))""#),
        ])
    func findsABannedCall(path: String, text: String) {
        #expect(violations(path, text).map(\.line) == [1])
    }

    @Test(
        arguments: [
            ("Sources/Agent/A.swift", #"let x = "try! this""#),
            ("Sources/Agent/A.swift", "// never fatalError()"),
            ("Sources/Agent/A.swift", "fingerprint(x)"),
            ("Sources/Teal/A.swift", "print(x)"),
            ("Sources/Agent/A.swift", "let x = Date()"),
            ("Sources/Model/A.swift", "let x = Int.random(in: 0..<3, using: &generator)"),
            ("Sources/Model/A.swift", "let x = world.now"),
            ("Tests/Simulator/A.swift", "sleep(until: deadline)"),
            ("Sources/Agent/A.swift", "/// Immutable.\nfinal class A: @unchecked Sendable {}"),
            ("Tests/AgentTests/A.swift", "// A poll.\ntry await Task.sleep(for: pause)"),
        ])
    func passesAHarmlessLine(path: String, text: String) {
        #expect(violations(path, text).isEmpty)
    }

    @Test func namesThePlaceAndTheReplacement() {
        let found = violations("Sources/Agent/A.swift", "\nlet x = y as! Int\n")
        #expect(
            found.map(\.description) == [
                "Sources/Agent/A.swift:2: `as!` is banned: use `as?` and handle nil"
            ])
    }
}
