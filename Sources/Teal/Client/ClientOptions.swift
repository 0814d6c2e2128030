import ArgumentParser

/// What every command that talks to a running Teal takes.
struct ClientOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp(
            "The data folder of the running Teal (or TEAL_DATA).", valueName: "dir"))
    var dataFolder: String?

    @Option(help: "The cluster.")
    var cluster = "default"

    @Flag(help: "Print JSON for programs in place of text for people.")
    var json = false

    var folder: DataFolder { DataFolder(option: dataFolder) }

    func client() throws -> APIClient {
        try APIClient(folder: folder)
    }
}
