import Foundation

/// Amounts in the few characters that a table has room for.
enum Quantity {
    /// `0`, `0.4`, `12`, `3.4k`, `1.2M`.
    static func number(_ value: Double) -> String {
        switch value {
        case ..<0.05: "0"
        case ..<9.95: String(format: "%.1f", value)
        case ..<999.5: String(format: "%.0f", value)
        case ..<999_500: String(format: "%.1fk", value / 1000)
        default: String(format: "%.1fM", value / 1_000_000)
        }
    }

    /// `512 B`, `1.5 KB`, `2.0 MB`: thousands.
    static func bytes(_ value: Double) -> String {
        switch value {
        case ..<999.5: String(format: "%.0f B", value)
        case ..<999_500: String(format: "%.1f KB", value / 1000)
        case ..<999_500_000: String(format: "%.1f MB", value / 1_000_000)
        default: String(format: "%.1f GB", value / 1_000_000_000)
        }
    }

    /// `0.3 ms`, `45 ms`, `1.2 s`; `-` when there is none.
    static func milliseconds(_ value: Double?) -> String {
        guard let value else { return "-" }
        return switch value {
        case ..<9.95: String(format: "%.1f ms", value)
        case ..<999.5: String(format: "%.0f ms", value)
        default: String(format: "%.1f s", value / 1000)
        }
    }
}
