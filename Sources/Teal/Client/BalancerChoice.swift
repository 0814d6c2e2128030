import ArgumentParser

/// Which running balancer a command asks: that of the running Teal, or one with a file of its own.
struct BalancerChoice: ParsableArguments {
    @OptionGroup var options: ClientOptions

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The file of a stand-alone balancer, to ask that one.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    var json: Bool { options.json }

    func admin() throws -> AdminClient {
        if let file { return AdminClient(address: try StandaloneFile(path: file).settings.metrics) }
        return AdminClient(address: try Endpoints.read(from: options.folder).metrics)
    }
}
