extension FieldError {
    /// `healthCheck.intervalMilliseconds` as files call it: `health_check.interval`.
    static func inFile(_ field: String) -> String {
        var result = ""
        for character in field {
            if character.isUppercase { result += "_" }
            result += character.lowercased()
        }
        for (suffix, replacement) in [
            ("_milliseconds", ""), ("_seconds", ""), ("_count", ""), ("_group_arn", "_group"),
        ] where result.hasSuffix(suffix) && result != "desired_count" {
            result = result.dropLast(suffix.count) + replacement
        }
        return result.replacing("source_i_p", with: "source_ip")
            .replacing("deployment_configuration", with: "deployment")
            .replacing("lifecycle_hooks", with: "hooks")
            .replacing(".advanced_configuration", with: "")
            .replacing("service_name", with: "name")
            .replacing("_listener_rule", with: "_rule")
    }
}
