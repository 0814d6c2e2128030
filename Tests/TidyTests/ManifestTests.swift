import Testing

@Suite struct ManifestTests {
    private let manifest = Manifest(
        """
        func module(_ name: String) -> Target { .target(name: name, path: "Sources/\\(path)") }
        products: [.executable(name: "teal", targets: ["teal"])],
        targets: [
            // module("Old", in: "Old"),
            .systemLibrary(name: "CSky", path: "Sources/Foreign/CSky", providers: [.apt(["x"])]),
            module(
                "Ground", in: "Floor/Ground",
                ["CSky", .product(name: "Grass", package: "swift-grass")]),
            tests("GroundTests", ["Ground"]),
        ]
        """)

    @Test func readsEveryTarget() {
        #expect(manifest.targets.map(\.name) == ["CSky", "Ground", "GroundTests"])
        #expect(
            manifest.targets.map(\.folder) == [
                "Sources/Foreign/CSky", "Sources/Floor/Ground", "Tests/GroundTests",
            ])
    }

    @Test func readsWhatATargetDependsOn() {
        #expect(manifest.targets.map(\.dependencies) == [[], ["CSky", "Grass"], ["Ground"]])
    }
}
