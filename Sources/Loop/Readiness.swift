/// What a descriptor is ready for, or is watched for.
@usableFromInline package struct Readiness: OptionSet, Sendable {
    @usableFromInline package let rawValue: CInt

    @inlinable package init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    @inlinable package static var read: Readiness { Readiness(rawValue: 1) }
    @inlinable package static var write: Readiness { Readiness(rawValue: 2) }

    // The generic ones go through witness tables, for every event.
    @inlinable package func contains(_ other: Readiness) -> Bool {
        rawValue & other.rawValue == other.rawValue
    }
    @inlinable package func union(_ other: Readiness) -> Readiness {
        Readiness(rawValue: rawValue | other.rawValue)
    }
    @inlinable package func subtracting(_ other: Readiness) -> Readiness {
        Readiness(rawValue: rawValue & ~other.rawValue)
    }
}
