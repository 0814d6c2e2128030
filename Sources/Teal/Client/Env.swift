import API
import ArgumentParser
import Foundation

/// `teal env`
struct Env: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the exports that point the AWS CLI and SDKs at this Teal.",
        discussion: "Use it as: eval \"$(teal env)\"")

    @OptionGroup var options: ClientOptions

    func run() throws {
        let endpoints = try Endpoints.read(from: options.folder)
        let credentials = try APIClient.credentials(of: options.folder)
        let variables = [
            ("AWS_ENDPOINT_URL", "http://\(endpoints.api)"),
            ("AWS_ACCESS_KEY_ID", credentials.accessKeyId),
            ("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_PAGER", ""),
            // Cloud Map's clients would otherwise ask the host `data-127.0.0.1`.
            ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true"),
        ]
        if options.json {
            let object = Dictionary(variables) { _, last in last }
            return print(try Output.text(of: object))
        }
        for (name, value) in variables { print("export \(name)='\(value)'") }
        print("unset AWS_SESSION_TOKEN AWS_PROFILE")
    }
}
