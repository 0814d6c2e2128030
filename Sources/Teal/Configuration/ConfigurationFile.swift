import API
import Foundation
import Model

/// A configuration file: what runs (`Configuration`, sent to the API) and, under `teal:`, how this
/// machine's Teal itself runs (`Settings`, read by `teal up`).
struct ConfigurationFile: Sendable {
    private let source: YAMLSource
    let settings: Settings
    private(set) var configuration: Configuration

    init(path: String) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure(
                "the file \(path) can't be read: \(String(cString: strerror(errno)))",
                remedy: "name a YAML file such as config/quickstart.yaml")
        }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws {
        source = YAMLSource(text: text, path: path)
        guard case .object(var fields) = try source.document() else {
            throw Failure("\(path):1: the file must be a mapping: load_balancers:, services:, ...")
        }
        let own = fields.removeValue(forKey: "teal")
        do throws(FieldError) {
            settings = try Settings(document: own ?? .object([:]))
            configuration = try Configuration(document: .object(fields))
        } catch {
            throw source.failure(error)
        }
    }

    /// Sends the configuration; the API's word on a field is given its line.
    ///
    /// With `onlyIfChanged`, a file that is as it was when it was last applied changes nothing:
    /// what has been deployed by command since then stays.
    func apply(by client: APIClient, onlyIfChanged: Bool = false) async throws -> JSON {
        let body = try JSONDecoder().decode(
            JSON.self, from: try JSONEncoder().encode(configuration))
        do {
            return try await client.call(
                .teal, "ApplyConfiguration",
                [
                    "configuration": body,
                    "source": .string(URL(fileURLWithPath: source.path).standardizedFileURL.path),
                    "onlyIfChanged": .boolean(onlyIfChanged),
                ])
        } catch let refusal as Refusal {
            guard let field = refusal.field else { throw refusal }
            throw source.failure(FieldError(field, refusal.message))
        }
    }
}

extension ConfigurationFile {
    /// The same file with other ports for some of its listeners.
    func listening(on ports: [ListenerPort]) throws -> ConfigurationFile {
        var file = self
        for override in ports {
            var found = false
            for (index, balancer) in (file.configuration.loadBalancers ?? []).enumerated() {
                for (place, listener) in (balancer.listeners ?? []).enumerated()
                where listener.name.text == override.name {
                    file.configuration.loadBalancers?[index].listeners?[place].port = override.port
                    found = true
                }
            }
            guard found else {
                throw Failure("--listener \(override.name): the file has no such listener")
            }
        }
        return file
    }
}
