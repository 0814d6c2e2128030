import Glibc

/// What the environment asks of us.
struct Settings: Sendable {
    enum Hang {
        case never
        /// Everything but `/health` is taken and never answered.
        case requests
        case everything
    }

    static let slowMillisecondsMax: UInt32 = 3_600_000

    /// `PORT`: where to listen.
    var port: UInt16 = 8000
    /// `VERSION`: shown in every body.
    var version = "1"
    /// `START_DELAY`: seconds before listening.
    var startDelay = 0.0
    /// `FAIL`: the status of everything but `/health`.
    var failure: Int?
    /// `UNHEALTHY=1`: `/health` answers 503.
    var isUnhealthy = false
    /// `HANG=1` or `HANG=all`.
    var hang = Hang.never
    /// `CRASH_AFTER`: seconds of listening before exiting with code 1.
    var crashAfter: Double?
    /// `SLOW_MS`: milliseconds before each answer but that of `/health`.
    var slowMilliseconds: UInt32 = 0

    init(environment: [String: String]) {
        port = environment["PORT"].flatMap(UInt16.init) ?? port
        version = environment["VERSION"] ?? version
        startDelay = Settings.seconds(environment["START_DELAY"]) ?? startDelay
        failure = environment["FAIL"].flatMap(Int.init).flatMap { (100..<1000) ~= $0 ? $0 : nil }
        isUnhealthy = environment["UNHEALTHY"] == "1"
        crashAfter = Settings.seconds(environment["CRASH_AFTER"])
        slowMilliseconds =
            environment["SLOW_MS"].flatMap(UInt32.init).map {
                min($0, Settings.slowMillisecondsMax)
            } ?? slowMilliseconds
        switch environment["HANG"] {
        case "1": hang = .requests
        case "all": hang = .everything
        default: hang = .never
        }
    }

    private static func seconds(_ text: String?) -> Double? {
        text.flatMap(Double.init).flatMap { (0...1_000_000) ~= $0 ? $0 : nil }
    }

    static func processEnvironment() -> [String: String] {
        let names = [
            "PORT", "VERSION", "START_DELAY", "FAIL", "UNHEALTHY", "HANG", "CRASH_AFTER", "SLOW_MS",
        ]
        var environment: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }
}
