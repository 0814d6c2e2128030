import Testing

/// The table keeps DESIGN's promises, and a file that breaks it is found.
@Suite struct ImportTableTests {
    /// API validates rules and answers lookups by the very code that serves them.
    private static let lentCores = ["API": Set(["Expressions", "Naming", "Routing"])]

    @Test func pureModulesImportOnlyPureModules() {
        let pure = Set(ImportTable.rooms.filter(\.isPure).map(\.module))
        #expect(pure == ["Model", "Naming", "Planning", "Routing"])
        for room in ImportTable.rooms where room.isPure {
            // What compares sixteen bytes at once is as pure as what asks it to.
            #expect(room.imports.isSubset(of: pure.union(["CVector"])), "\(room.module)")
        }
    }

    @Test func partsNeverImportOneAnother() {
        for room in ImportTable.rooms {
            let strangers = ImportTable.rooms.filter { $0.part != nil && $0.part != room.part }
            let lent = Self.lentCores[room.module] ?? []
            let taken = room.imports.intersection(strangers.map(\.module)).subtracting(lent)
            #expect(taken.isEmpty, "\(room.module) imports \(taken.sorted())")
        }
    }

    @Test func theLoopIsTheDataPlanes() {
        let importers = { (name: String) in
            ImportTable.rooms.filter { $0.imports.contains(name) }
        }
        #expect(importers("CLibev").map(\.module) == ["Loop"])
        #expect(Set(importers("Loop").map(\.part)) == ["Balancer", "Discovery"])
    }

    @Test(
        arguments: [
            ("Sources/Model/A.swift", "import Foundation"),
            ("Sources/Deployer/Planning/A.swift", "package import Glibc"),
            ("Sources/Balancer/Routing/A.swift", "import Naming"),
            ("Sources/Balancer/Proxy/A.swift", "internal import CLibev"),
            ("Sources/Deployer/Control/A.swift", "import Loop"),
            ("Sources/Agent/A.swift", "@testable import API"),
            ("Sources/Store/Promises/A.swift", "import struct Planning.World"),
            ("Sources/Somewhere/A.swift", "import Model"),
        ])
    func findsAnImportOutOfPlace(path: String, text: String) {
        let violations = ImportTable.violations(in: SourceFile(path: path, text: text + "\n"))
        #expect(violations.map(\.line) == [1])
    }

    @Test(
        arguments: [
            ("Sources/Balancer/Routing/A.swift", "package import Model"),
            ("Sources/API/A.swift", "import Routing"),
            ("Sources/Agent/A.swift", "import Foundation"),
            ("Sources/Teal/A.swift", "import Proxy"),
            ("Sources/Model/A.swift", "// import Foundation"),
            ("Sources/Model/A.swift", #"let text = "import Foundation""#),
        ])
    func passesAnImportInPlace(path: String, text: String) {
        #expect(ImportTable.violations(in: SourceFile(path: path, text: text + "\n")).isEmpty)
    }
}
