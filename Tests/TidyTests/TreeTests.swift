import Testing

/// The house rules, over every file of the work tree.
@Suite struct TreeTests {
    @Test func importsPointDown() throws {
        expectNone(try Repository.swiftFiles(under: "Sources").flatMap(ImportTable.violations))
    }

    @Test func nobodyMakesABannedCall() throws {
        let files = try Repository.files().filter { $0.path.hasSuffix(".swift") }
        expectNone(
            files.flatMap { file in BannedCall.all.flatMap { $0.violations(in: file) } })
    }

    @Test func nothingIsTooLong() throws {
        expectNone(try Repository.files().flatMap(LengthLimit.violations))
    }

    @Test func filesAreNamedAfterTheirNouns() throws {
        expectNone(try Repository.swiftFiles(under: "Sources").flatMap(FileName.violations))
    }

    @Test func noTextIsUnfitForAClone() throws {
        expectNone(try Repository.files().flatMap(UnfitText.violations))
    }

    @Test func theManifestsTargetsHoldSource() throws {
        let files = try Repository.files()
        for target in Manifest(try Repository.text(of: "Package.swift")).targets {
            let isThere = files.contains { $0.isUnder(target.folder) }
            #expect(isThere, "Package.swift: \(target.name) has no source in \(target.folder)")
        }
    }

    @Test func theManifestAndTheImportTableAgree() throws {
        let targets = Manifest(try Repository.text(of: "Package.swift")).targets
        for room in ImportTable.rooms {
            let target = try #require(
                targets.first { $0.name == room.module }, "Package.swift has no \(room.module)")
            #expect(target.folder == room.folder)
            let extra = Set(target.dependencies).subtracting(room.imports).sorted()
            #expect(extra.isEmpty, "\(room.module) may not depend on \(extra)")
        }
    }

    @Test(arguments: ["config/quickstart.yaml", "config/reference.yaml"])
    func theConfigurationThatPeopleStartWithIsThere(path: String) {
        #expect(Repository.exists(path))
    }

    private func expectNone(_ violations: [Violation]) {
        let list = violations.map(\.description).joined(separator: "\n")
        #expect(violations.isEmpty, "\(list)")
    }
}
