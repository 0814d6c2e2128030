import API
import ArgumentParser
import Foundation
import Model

/// `teal apply`
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a running Teal what a file describes.",
        discussion: """
            The file describes load balancers, listeners, rules, target groups, namespaces, task \
            definitions and services; config/reference.yaml shows every setting. Applying a file \
            twice changes nothing. What the file does not mention is left alone.
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The file, in YAML.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    func run() async throws {
        let configuration = try ConfigurationFile(path: file)
        let answer = try await configuration.apply(by: options.client())
        if options.json { return try Output.json(answer) }
        let changes = answer["changes"]?.elements.compactMap(\.string) ?? []
        print(changes.isEmpty ? "Nothing to change." : changes.joined(separator: "\n"))
    }
}
