// swift-tools-version: 6.2
import PackageDescription

// Four floors, imports point down: Teal -> the five parts -> Store -> Model, Loop.
// The five parts (API, Deployer, Agent, Balancer, Discovery) never import one another,
// but for the pure cores that API may read. Tests/TidyTests holds this table.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module in its room: `path` is the folder that a reader would look in.
func module(_ name: String, in path: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: strict)
}

func program(_ name: String, in path: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "teal",
    products: [
        .executable(name: "teal", targets: ["teal"]),
        .executable(name: "teal-shim", targets: ["teal-shim"]),
        .executable(name: "teal-hello", targets: ["teal-hello"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C, one shim each.
        .systemLibrary(
            name: "CLibev", path: "Sources/Foreign/CLibev", providers: [.apt(["libev-dev"])]),
        .target(name: "CLinux", path: "Sources/Foreign/CLinux"),
        .systemLibrary(name: "CVector", path: "Sources/Foreign/CVector"),
        .target(
            name: "CRE2", path: "Sources/Foreign/CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // The ground floor.
        module("Model", in: "Model"),
        module("Loop", in: "Loop", ["CLibev", "CLinux"]),

        // The only bus.
        module("Store", in: "Store/Promises", ["Model"]),
        module(
            "SQLiteStore", in: "Store/SQLite",
            ["Store", "Model", "CLinux", .product(name: "GRDB", package: "GRDB.swift")]),

        // Discovery.
        module("Naming", in: "Discovery/Naming", ["Model"]),
        module(
            "Nameserver", in: "Discovery/Nameserver",
            ["Naming", "Store", "Loop", "Model", .product(name: "Logging", package: "swift-log")]),

        // Balancer.
        module("Routing", in: "Balancer/Routing", ["Model", "CVector"]),
        module("Expressions", in: "Balancer/Expressions", ["Routing", "CRE2"]),
        module(
            "Proxy", in: "Balancer/Proxy",
            [
                "Routing", "Expressions", "Store", "Loop", "Model", "CLinux",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Deployer.
        module("Planning", in: "Deployer/Planning", ["Model"]),
        module(
            "Control", in: "Deployer/Control",
            [
                "Planning", "Store", "Model", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Agent, and the shim that each process task runs under.
        module(
            "Agent", in: "Agent",
            ["Store", "Model", "CLinux", .product(name: "Logging", package: "swift-log")]),
        .executableTarget(name: "teal-shim", path: "Sources/Foreign/TaskShim"),

        // API.
        module(
            "API", in: "API",
            [
                "Store", "Model", "Routing", "Expressions", "Naming",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        // The command, and the sample that the quick start and the tests deploy.
        program(
            "teal", in: "Teal",
            [
                "API", "Agent", "Control", "Nameserver", "Naming", "Proxy", "SQLiteStore", "Store",
                "Model", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ]),
        program("teal-hello", in: "Hello"),

        // Tests.
        tests(
            "StoreTests",
            [
                "Store", "SQLiteStore", "store-writer",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .executableTarget(
            name: "store-writer", dependencies: ["SQLiteStore", "Store"],
            path: "Tests/StoreWriter", swiftSettings: strict),
        tests(
            "APITests",
            ["API", "Store", "Model", .product(name: "Logging", package: "swift-log")],
            exclude: ["Clients"]),
        tests(
            "ControlTests",
            [
                "Control", "Planning", "Store", "Model",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "EndToEndTests",
            ["teal", "teal-shim", "teal-hello", "nameserver-bench", "Nameserver", "Naming"],
            exclude: ["Resolvers"]),
        tests("LoopTests", ["Loop"]),
        .executableTarget(
            name: "proxy-bench", dependencies: ["Proxy", "Model"], path: "Tests/ProxyBench",
            swiftSettings: strict),
        .executableTarget(
            name: "nameserver-bench",
            dependencies: [
                "Nameserver", "Naming", "SQLiteStore", "Store", "Model",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/NameserverBench", swiftSettings: strict),
        tests("PlanningTests", ["Planning", "Model"]),
        tests("RoutingTests", ["Routing", "Expressions", "Model"]),
        tests("ConformanceTests", ["Proxy", "Model"]),
        tests(
            "ProxyTests",
            [
                "Proxy", "Routing", "Store", "Loop", "Model",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests("ModelTests", ["Model"]),
        tests(
            "NameserverTests",
            [
                "Nameserver", "Naming", "Store", "Loop", "Model",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests("NamingTests", ["Naming", "Model"]),
        tests(
            "DNSConformanceTests",
            ["Nameserver", "Store", "Model", .product(name: "Logging", package: "swift-log")],
            exclude: ["zone.db"]),
        tests(
            "TealTests",
            [
                "teal", "API", "Naming", "Proxy", "Model",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "AgentTests",
            [
                "Agent", "Store", "Model", "teal-shim", "teal-hello", "agent-host",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "agent-host",
            dependencies: [
                "Agent", "Store", "Model", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/AgentHost", swiftSettings: strict),
        tests("TidyTests", []),
        .target(
            name: "Simulator",
            dependencies: [
                "Control", "Planning", "Routing", "Store", "Model",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Simulator", swiftSettings: strict),
        .executableTarget(
            name: "simulate",
            dependencies: [
                "Simulator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Simulate", swiftSettings: strict),
        tests("SimulationTests", ["Simulator"]),
    ],
    swiftLanguageModes: [.v6]
)

// The fuzzer's driver is there only under `-sanitize=fuzzer`, so only `make fuzz` sees the target.
if Context.environment["TEAL_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["Routing", "Expressions", "Naming", "Model"],
            path: "Tests/Fuzz",
            swiftSettings: strict))
}
