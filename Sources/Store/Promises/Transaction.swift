/// Writes that happen together or not at all, under conditions.
///
/// Durable and lease-bound keys cannot share a transaction; its conditions may look at either kind.
package struct Transaction: Sendable {
    package var preconditions: [Precondition] = []
    package var writes: [Write] = []

    package init(_ writes: [Write] = [], if preconditions: [Precondition] = []) {
        self.writes = writes
        self.preconditions = preconditions
    }
}

package enum Precondition: Hashable, Sendable {
    /// The key holds nothing.
    case absent(Key)
    /// The key still holds the version that was read.
    case unchanged(Key, version: UInt64)

    package var key: Key {
        switch self {
        case .absent(let key), .unchanged(let key, _): key
        }
    }
}

package enum Write: Hashable, Sendable {
    /// `lease` is required for keys under `/live/` and refused for all others.
    case put(Key, value: [UInt8], lease: LeaseID?)
    /// Removing what is not there is no error.
    case remove(Key)

    package var key: Key {
        switch self {
        case .put(let key, _, _), .remove(let key): key
        }
    }
}

/// A promise to keep renewing; when it is broken the records bound to it disappear.
package struct LeaseID: Hashable, Sendable, Codable {
    package let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}
