/// What a node of a rule index may tell rules apart by: a subject, and how it is looked at.
struct RuleFacet: Hashable {
    let subject: RuleNode.Subject
    /// By the ends of the patterns, not their beginnings.
    var isTail = false
    /// The field's name or the parameter's key, in the key bytes.
    var name = ByteRange.empty
}
