import Testing

@Suite struct LengthLimitTests {
    private func violations(_ text: String, path: String = "Sources/A.swift") -> [Violation] {
        LengthLimit.violations(in: SourceFile(path: path, text: text))
    }

    /// A function of as many lines, with braces where only a scanner knows that they don't count.
    private func function(lines: Int) -> String {
        let body = Array(repeating: #"    text += "} \("}") {" // }"#, count: lines - 3)
        return (["func long(", ") {"] + body + ["}"]).joined(separator: "\n") + "\n"
    }

    @Test func holdsAFunctionToItsLimit() {
        #expect(violations(function(lines: LengthLimit.functionLinesMax)).isEmpty)
        let found = violations("\n" + function(lines: LengthLimit.functionLinesMax + 1))
        #expect(found.map(\.line) == [2])
    }

    @Test func holdsAComputedPropertyToTheSameLimit() {
        let body = String(repeating: "    let x = 1\n", count: LengthLimit.functionLinesMax)
        #expect(violations("private var x: Int {\n\(body)}\n").map(\.line) == [1])
        #expect(violations("private let x = {\n\(body)}\n").isEmpty)
    }

    @Test func doesNotTakeARequirementForAFunction() {
        let rest = String(repeating: "    // why\n", count: LengthLimit.functionLinesMax)
        let text = "protocol P {\n    func f()\n    var x: Int { get }\n}\n\(rest)struct S {\n}\n"
        #expect(violations(text).isEmpty)
    }

    @Test func holdsALineToItsLimit() {
        let long = String(repeating: "x", count: LengthLimit.lineColumnsMax)
        #expect(violations(long).isEmpty)
        #expect(violations("\n\(long)x", path: "Tests/Bench/a.py").map(\.line) == [2])
        #expect(violations("\(long)x", path: "docs/A.md").isEmpty)
    }

    @Test func holdsAFileToItsLimit() {
        let long = String(repeating: "\n", count: LengthLimit.fileLinesMax)
        #expect(violations(long).isEmpty)
        #expect(violations(long + "\n").map(\.line) == [LengthLimit.fileLinesMax + 1])
    }
}
