import Foundation

/// An error for a person: what is wrong, and what to do about it.
struct Failure: Error, CustomStringConvertible {
    let problem: String
    let remedy: String?

    init(_ problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }

    var description: String {
        guard let remedy else { return problem }
        return "\(problem)\n  \(remedy)"
    }

    /// The words of any error, without the wrapping that Foundation puts around them.
    static func text(of error: any Error) -> String {
        if let failure = error as? Failure { return failure.description }
        let bridged = error as NSError
        guard let underlying = bridged.userInfo[NSUnderlyingErrorKey] as? NSError,
            underlying.domain == NSPOSIXErrorDomain
        else { return "\(error)" }
        return String(cString: strerror(Int32(underlying.code)))
    }
}
