import API
import Foundation
import Model
import Proxy

/// How a machine's Teal itself runs: the `teal:` part of a configuration file.
///
/// Every setting has a flag of `teal up` that outranks it.
struct Settings: Equatable, Sendable {
    var api = SocketAddress(host: "127.0.0.1", port: 8400)
    var dns = SocketAddress(host: "127.0.0.1", port: 8053)
    var metrics = SocketAddress(host: "127.0.0.1", port: 8401)
    /// Threads of the balancer, 1-64; as many as the machine has cores when absent.
    var workers: Int?
    /// The address at which balancers reach this machine's tasks.
    var address = "127.0.0.1"
    var logLevel = "notice"
    var data: String?
    /// The access log's file; `off` for none. In the data folder when absent.
    var accessLog: String?
    var accessLogFormat = AccessFormat.alb
    /// The name server that a stand-alone balancer asks; the system's when absent.
    var resolver: SocketAddress?
    var nameServer = NameServerSettings()

    static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    init() {}

    init(document: JSON) throws(FieldError) {
        guard case .object(let fields) = document else {
            throw FieldError("teal", "must be a mapping")
        }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "api": api = try Settings.address(value, at: name, or: api)
            case "dns": dns = try Settings.address(value, at: name, or: dns)
            case "name_server": nameServer = try NameServerSettings(document: value)
            case "metrics": metrics = try Settings.address(value, at: name, or: metrics)
            case "workers": workers = try Settings.workers(value)
            case "address": address = try Settings.text(value, at: name)
            case "log_level": logLevel = try Settings.logLevel(value)
            case "access_log": accessLog = try Settings.text(value, at: name)
            case "access_log_format": accessLogFormat = try Settings.accessLogFormat(value)
            case "resolver":
                let usual = SocketAddress(host: "127.0.0.1", port: 53)
                resolver = try Settings.address(value, at: name, or: usual)
            case "data": data = try Settings.text(value, at: name)
            default: throw FieldError("teal.\(name)", "is not a setting that Teal knows")
            }
        }
    }

    private static func text(_ value: JSON, at name: String) throws(FieldError) -> String {
        guard let text = value.string, !text.isEmpty else {
            throw FieldError("teal.\(name)", "must be text")
        }
        return text
    }

    private static func address(
        _ value: JSON, at name: String, or usual: SocketAddress
    ) throws(FieldError) -> SocketAddress {
        let text = value.integer.map(String.init) ?? value.string ?? ""
        guard let address = SocketAddress(parsing: text, host: usual.host) else {
            throw FieldError("teal.\(name)", "must be HOST:PORT or PORT, such as \(usual)")
        }
        return address
    }

    private static func workers(_ value: JSON) throws(FieldError) -> Int {
        guard let count = value.integer, (1...64).contains(count) else {
            throw FieldError("teal.workers", "must be 1 to 64")
        }
        return count
    }

    private static func accessLogFormat(_ value: JSON) throws(FieldError) -> AccessFormat {
        guard let format = value.string.flatMap({ AccessFormat(rawValue: $0) }) else {
            throw FieldError("teal.access_log_format", "must be alb or json")
        }
        return format
    }

    private static func logLevel(_ value: JSON) throws(FieldError) -> String {
        guard let level = value.string, logLevels.contains(level) else {
            throw FieldError(
                "teal.log_level", "must be one of \(logLevels.joined(separator: ", "))")
        }
        return level
    }
}

extension Settings {
    /// `resolver`, else the first name server of /etc/resolv.conf, else this machine's.
    func nameServer(
        resolvConf: String? = try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)
    ) -> SocketAddress {
        if let resolver { return resolver }
        let lines = (resolvConf ?? "").split(separator: "\n").map { $0.split(separator: " ") }
        let host = lines.first { $0.count > 1 && $0[0] == "nameserver" }.map { String($0[1]) }
        return SocketAddress(host: host ?? "127.0.0.1", port: 53)
    }
}

extension Settings {
    /// `usual` is the file of who names none; `nil` is no log.
    func accessLog(
        of loadBalancer: LoadBalancerName, usual: String?
    ) -> AccessLogOptions? {
        guard let path = accessLog ?? usual, path != "off" else { return nil }
        return AccessLogOptions(path: path, format: accessLogFormat, of: loadBalancer)
    }
}

extension AccessLogOptions {
    /// The log calls a load balancer by the end of its ARN: `app/NAME/ID`.
    init(path: String, format: AccessFormat, of loadBalancer: LoadBalancerName) {
        let parts = Realm.local.loadBalancer(loadBalancer).split(separator: "/").suffix(3)
        self.init(path: path, format: format, loadBalancer: parts.joined(separator: "/"))
    }
}
