import API
import Foundation
import Model

/// The file of `teal balancer`: what it serves, and under `teal:` how it runs.
struct StandaloneFile: Sendable {
    let settings: Settings
    let configuration: StandaloneConfiguration

    /// The settings that a balancer without the rest of Teal has.
    static let settingNames = [
        "metrics", "workers", "log_level", "resolver", "access_log", "access_log_format", "data",
    ]

    init(path: String) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure(
                "the file \(path) can't be read: \(String(cString: strerror(errno)))",
                remedy: "name a YAML file such as config/balancer.yaml")
        }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws {
        let source = YAMLSource(text: text, path: path)
        guard case .object(var fields) = try source.document() else {
            throw Failure("\(path):1: the file must be a mapping: listeners:, target_groups:")
        }
        let own = fields.removeValue(forKey: "teal") ?? .object([:])
        do throws(FieldError) {
            for name in own.fields.keys.sorted() where !StandaloneFile.settingNames.contains(name) {
                throw FieldError(
                    "teal.\(name)",
                    "is no setting of a stand-alone balancer; it has "
                        + StandaloneFile.settingNames.joined(separator: ", "))
            }
            settings = try Settings(document: own)
            configuration = try StandaloneConfiguration(document: .object(fields))
        } catch {
            throw source.failure(error)
        }
    }
}
