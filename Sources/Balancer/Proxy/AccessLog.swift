internal import Loop
internal import Synchronization

/// Where the access log goes, and how.
package struct AccessLogOptions: Sendable {
    /// The file; lines are appended to it.
    package var path: String
    package var format: AccessFormat
    /// What the log calls the load balancer: `app/NAME/ID`.
    package var loadBalancer: String
    /// A file that grows beyond this is renamed to `PATH.1`, in place of the one before.
    package var rotationBytes = 256 << 20

    package init(path: String, format: AccessFormat, loadBalancer: String) {
        self.path = path
        self.format = format
        self.loadBalancer = loadBalancer
    }
}

/// The access log: one ring a worker, and one thread that reads them all.
final class AccessLog: Sendable {
    private let options: AccessLogOptions
    private let rings: [LineRing]
    private let thread: LoopThread<AccessLogWriter>
    private let failures: WriteFailures

    /// Throws when the file cannot be opened.
    init(_ options: AccessLogOptions, workers: Int) throws {
        let rings = (0..<workers).map { _ in LineRing() }
        let failures = WriteFailures()
        self.options = options
        self.rings = rings
        self.failures = failures
        thread = try LoopThread(name: "access log") { loop in
            try AccessLogWriter(loop, options, rings, failures)
        }
    }

    /// What the worker of this index writes with, and it alone.
    func log(of worker: Int) -> WorkerLog { WorkerLog(options, rings[worker]) }

    /// Lines that were lost: their ring was full, or the file could not be written.
    var droppedCount: Int {
        rings.reduce(failures.count.load(ordering: .relaxed)) { $0 + $1.droppedCount }
    }

    /// Opens the file anew, after somebody renamed it.
    func reopen() {
        thread.perform { $0.reopen() }
    }

    /// Writes what is left, once no worker writes any more.
    func end() {
        thread.perform { $0.drain() }
        thread.stop()
        thread.join()
    }
}

/// Lines that could not be written to the file.
final class WriteFailures: Sendable {
    let count = Atomic<Int>(0)
}
