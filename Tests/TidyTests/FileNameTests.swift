import Testing

@Suite struct FileNameTests {
    private func isNamedWell(_ path: String, _ text: String) -> Bool {
        FileName.violations(in: SourceFile(path: path, text: text)).isEmpty
    }

    @Test(
        arguments: [
            ("Sources/A/Ledger.swift", "package final class Ledger<Entry> {"),
            ("Sources/A/Plan.swift", "package func plan(_ world: World) -> [Action] {"),
            ("Sources/A/Store+JSON.swift", "extension Store {"),
            ("Sources/A/Bucket.swift", "extension Ledger.Bucket: Codable {"),
            ("Sources/A/Ledger+Closing.swift", "extension Ledger.Bucket {"),
            ("Sources/A/main.swift", "run()"),
        ])
    func passesAFileNamedAfterItsNoun(path: String, text: String) {
        #expect(isNamedWell(path, text))
    }

    @Test(
        arguments: [
            ("Sources/A/Helpers.swift", "struct Ledger {"),
            ("Sources/A/Ledgers.swift", "struct Ledger {"),
            ("Sources/A/Store+JSON.swift", "extension JSON {"),
            ("Sources/A/Ledger.swift", "// struct Ledger"),
        ])
    func findsAFileNamedAfterNothingInIt(path: String, text: String) {
        #expect(!isNamedWell(path, text))
    }
}
