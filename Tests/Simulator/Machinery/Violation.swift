/// A promise that a run found broken.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// As the specification numbers it: `I5`, `L1`, ...
    package let invariant: String
    package let text: String
    /// Milliseconds since the run began.
    package let at: Int64

    package var description: String { "\(invariant) \(text) (at \(at) ms)" }
}
