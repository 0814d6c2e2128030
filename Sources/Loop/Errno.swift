internal import Glibc

/// An error number of the operating system.
package struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: CInt

    package init(code: CInt) {
        self.code = code
    }

    /// What the last system call of this thread left behind.
    package static var last: Errno { Errno(code: errno) }

    package static let addressInUse = Errno(code: EADDRINUSE)
    package static let connectionRefused = Errno(code: ECONNREFUSED)
    package static let connectionReset = Errno(code: ECONNRESET)
    package static let brokenPipe = Errno(code: EPIPE)
    package static let noDescriptors = Errno(code: EMFILE)
    package static let inProgress = Errno(code: EINPROGRESS)
    package static let invalid = Errno(code: EINVAL)

    package var description: String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}
