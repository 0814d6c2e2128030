internal import Glibc
internal import Loop
internal import Synchronization

/// The thread that formats and writes: nothing waits for it.
final class AccessLogWriter {
    /// How often the rings are looked at.
    static let periodMilliseconds = 100
    /// Lines are written in pieces of about this many bytes.
    private static let batchBytes = 256 * 1024

    private let options: AccessLogOptions
    private let rings: [RecordRing]
    private let failures: WriteFailures
    private var file: Descriptor
    private var written: Int
    private var lines: [UInt8] = []
    private var lineCount = 0
    private var timer: Timer?

    init(
        _ loop: Loop, _ options: AccessLogOptions, _ rings: [RecordRing],
        _ failures: WriteFailures
    ) throws(Errno) {
        self.options = options
        self.rings = rings
        self.failures = failures
        file = try AccessLogWriter.open(options.path)
        written = AccessLogWriter.size(of: file)
        lines.reserveCapacity(AccessLogWriter.batchBytes * 2)
        timer = loop.timer { [unowned self] in drain() }
        timer?.set(
            milliseconds: AccessLogWriter.periodMilliseconds,
            period: AccessLogWriter.periodMilliseconds)
    }

    deinit {
        timer = nil
    }

    /// Writes all that waits in the rings.
    func drain() {
        let offset = AccessLogWriter.clockOffset
        for ring in rings {
            ring.drain { bytes in
                let entry = AccessEntry(
                    bytes, clockOffset: offset, loadBalancer: options.loadBalancer)
                options.format.write(entry, to: &lines)
                lineCount += 1
                if lines.count >= AccessLogWriter.batchBytes { flush() }
            }
        }
        flush()
    }

    /// Lines that came before go to the file as it was.
    func reopen() {
        drain()
        guard let next = try? AccessLogWriter.open(options.path) else { return }
        written = AccessLogWriter.size(of: next)
        file = next
    }

    private func flush() {
        defer {
            lines.removeAll(keepingCapacity: true)
            lineCount = 0
        }
        var start = 0
        while start < lines.count {
            let number = file.number
            let count = lines.withUnsafeBytes { bytes in
                Glibc.write(number, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                failures.count.add(lineCount, ordering: .relaxed)
                return
            }
            start += count
        }
        written += start
        if written > options.rotationBytes { rotate() }
    }

    /// A log that nobody looks after must not fill the disk.
    private func rotate() {
        guard rename(options.path, options.path + ".1") == 0,
            let next = try? AccessLogWriter.open(options.path)
        else { return }
        file = next
        written = 0
    }

    private static func open(_ path: String) throws(Errno) -> Descriptor {
        let number = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard number >= 0 else { throw .last }
        return Descriptor(number)
    }

    private static func size(of file: borrowing Descriptor) -> Int {
        max(0, Int(lseek(file.number, 0, SEEK_END)))
    }

    /// What turns the steady clock's microseconds into those since 1970.
    private static var clockOffset: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        return now - Syscall.steadyMicroseconds()
    }
}
