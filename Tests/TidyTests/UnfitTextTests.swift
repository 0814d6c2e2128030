import Testing

@Suite struct UnfitTextTests {
    private func lines(_ text: String) -> [Int] {
        UnfitText.violations(in: SourceFile(path: "docs/A.md", text: text)).map(\.line)
    }

    @Test func findsAPlaceOnOneMachine() {
        #expect(lines("fine\ncd " + "/ro" + "ot/project\n") == [2])
        #expect(lines("/var/lib/teal, network/homework\n").isEmpty)
    }

    @Test func findsWorkLeftForLater() {
        #expect(lines("// TO" + "DO: the rest\n") == [1])
        #expect(lines("// to do: nothing\n").isEmpty)
    }
}
