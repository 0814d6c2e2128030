/// What a target gets of a full share of its group's requests, as somebody has said.
package enum TargetWeight {
    /// In percent; 0 is no new request at all, and what it has is finished.
    package static let range = 0...100
    package static let full = 100
}
