import Model
import Routing

extension TargetGroupAttributes {
    /// These, if the balancer takes them.
    func checked(_ field: String) throws(FieldError) -> TargetGroupAttributes {
        do throws(ConfigurationDefect) {
            try check(field)
        } catch {
            throw FieldError(error.field, error.problem)
        }
        return self
    }
}
