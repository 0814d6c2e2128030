import GRDB
import Glibc
import Store

extension StoreError {
    /// `error` as the store's own, with the file and the purpose that it failed for.
    init(_ error: any Error, of purpose: String, at path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            let reason = error.message ?? "no message"
            let remedy =
                error.resultCode == .SQLITE_FULL ? "; free some space on that disk" : ""
            let code = error.extendedResultCode.rawValue
            self = .unavailable("\(purpose) of \(path): \(reason)\(remedy) (SQLite \(code))")
        case is CancellationError: self = .unavailable("\(purpose) of \(path): cancelled")
        default: self = .unavailable("\(purpose) of \(path): \(error)")
        }
    }

    /// What a system call on the file at `path` failed with.
    static func unavailable(_ path: String, errno code: Int32) -> StoreError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return .unavailable("\(path): \(reason)")
    }
}
