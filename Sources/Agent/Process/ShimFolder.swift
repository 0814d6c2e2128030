import Dispatch
import FoundationEssentials
import Glibc
import Model

/// The folder of one container, through which the shim and the agent speak.
///
/// - `starting`: locked from before the shim starts until `pid` or `exit` is there. The shim holds
///   it through a descriptor that it was born with, so it is released even by a kill -9.
/// - `pid`: who runs; written by the shim when the program runs.
/// - `exit`: how it ended, or why it never ran; the last thing that the shim does.
/// - `log`: the output.
struct ShimFolder: Sendable {
    let path: String

    /// What the shim writes when the program runs.
    struct Birth: Hashable, Sendable, Decodable {
        let bootID: String
        let shim: ProcessIdentity
        let main: ProcessIdentity
    }

    /// What the shim writes at the end.
    private struct Death: Decodable {
        let code: Int?
        let signal: Int?
        let refusal: String?
        let at: Instant
    }

    var birth: Birth? { decoded(Birth.self, from: "pid") }

    var exit: ContainerExit? {
        guard let death = decoded(Death.self, from: "exit") else { return nil }
        if let code = death.code { return ContainerExit(.code(code), at: death.at) }
        if let signal = death.signal { return ContainerExit(.signal(signal), at: death.at) }
        let reason = "CannotStartContainerError: \(death.refusal ?? "the shim gave no reason")"
        return ContainerExit(.refused(reason), at: death.at)
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, from name: String) -> Value? {
        guard let bytes = TextFile.read("\(path)/\(name)") else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    /// The lock of the start: whoever holds it may start the container, if nobody has.
    ///
    /// Waits, on a thread, for a shim that is just starting; that is a matter of milliseconds.
    func lock() async throws(TextFile.Problem) -> Lock {
        let file = "\(path)/starting"
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async {
                continuation.resume(returning: ShimFolder.lock(file))
            }
        }
        return try result.get()
    }

    private static func lock(_ file: String) -> Result<Lock, TextFile.Problem> {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return .failure(TextFile.Problem("can't open \(file)")) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let problem = TextFile.Problem("can't lock \(file)")
                close(descriptor)
                return .failure(problem)
            }
        }
        return .success(Lock(descriptor: descriptor))
    }

    /// Held until it is released, or for as long as a process has inherited it.
    final class Lock: Sendable {
        let descriptor: Int32

        fileprivate init(descriptor: Int32) {
            self.descriptor = descriptor
        }

        deinit {
            close(descriptor)
        }
    }
}
