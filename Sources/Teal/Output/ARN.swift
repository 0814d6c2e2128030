/// Names as people say them.
enum ARN {
    /// What comes after the last slash: a task's id, `hello:3`.
    static func lastPart(_ arn: String?) -> String {
        guard let last = arn?.split(separator: "/").last else { return "-" }
        return String(last)
    }
}
