import Foundation

/// The `dig` of BIND, run against one server.
enum Dig {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: path)

    private static let path = "/usr/bin/dig"

    /// The lines of a short answer, sorted: their order is random.
    static func lines(port: UInt16, _ arguments: String...) throws -> [String] {
        try output(port: port, ["+short"] + arguments).split(separator: "\n").map(String.init)
            .sorted()
    }

    /// All that it prints.
    static func run(port: UInt16, _ arguments: String...) throws -> String {
        try output(port: port, arguments)
    }

    /// It gives up by itself after two tries of two seconds.
    private static func output(port: UInt16, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments =
            ["-r", "@127.0.0.1", "-p", "\(port)", "+time=2", "+tries=2"] + arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
