/// A change of a request after its rule was chosen: ALB's rule transforms.
///
/// What the regular expression finds first is replaced; in `replacement`, `$1` to `$9` stand for
/// its groups, `$0` for all it found and `$$` for a dollar sign. A request in which it finds
/// nothing goes on as it came.
package enum RuleTransform: Hashable, Sendable, Codable {
    /// Of the host without its port, in any case of letters.
    case hostHeaderRewrite(regex: String, replacement: String)
    /// Of the path and the query as the client wrote them, case-sensitive.
    case urlRewrite(regex: String, replacement: String)
}
