/// What a descriptor is ready for, or is watched for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: CInt

    package init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    package static let read = Readiness(rawValue: 1)
    package static let write = Readiness(rawValue: 2)

    // The generic ones go through witness tables, for every event.
    package func contains(_ other: Readiness) -> Bool {
        rawValue & other.rawValue == other.rawValue
    }
    package func union(_ other: Readiness) -> Readiness {
        Readiness(rawValue: rawValue | other.rawValue)
    }
    package func subtracting(_ other: Readiness) -> Readiness {
        Readiness(rawValue: rawValue & ~other.rawValue)
    }
}
