/// Why a connection was closed before any request of it was looked at.
package enum Rejection: Int, Hashable, Sendable, CaseIterable {
    case maximum
    case maximumPerAddress

    /// As metrics have it.
    package var text: String {
        switch self {
        case .maximum: "maximum"
        case .maximumPerAddress: "maximum_per_address"
        }
    }
}
