import Model
import Routing

extension ResponseAttributes {
    /// These, if the balancer takes them.
    func checked(_ field: String) throws(FieldError) -> ResponseAttributes {
        do throws(ConfigurationDefect) {
            try check(field)
        } catch {
            throw FieldError(error.field, error.problem)
        }
        return self
    }
}
