internal import Glibc
internal import Loop
internal import Routing
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
    private let loadBalancer: [UInt8]
    /// Lines that wait to be written, in memory that is kept.
    private let lines = UnsafeMutableRawPointer.allocate(
        byteCount: batchBytes + AccessLine.bytesMax, alignment: 64)
    private var byteCount = 0
    private var lineCount = 0
    private var timer: Timer?

    init(
        _ loop: Loop, _ options: AccessLogOptions, _ rings: [RecordRing],
        _ failures: WriteFailures
    ) throws(Errno) {
        self.options = options
        self.rings = rings
        self.failures = failures
        loadBalancer = Array(options.loadBalancer.utf8)
        file = try AccessLogWriter.open(options.path)
        written = AccessLogWriter.size(of: file)
        timer = loop.timer { [unowned self] in drain() }
        timer?.set(
            milliseconds: AccessLogWriter.periodMilliseconds,
            period: AccessLogWriter.periodMilliseconds)
    }

    deinit {
        timer = nil
        lines.deallocate()
    }

    /// Writes all that waits in the rings.
    func drain() {
        var clock = AccessClock()
        for ring in rings {
            ring.drain { bytes in
                var writer = ByteWriter(lines + byteCount, capacity: AccessLine.bytesMax)
                options.format.write(AccessEntry(bytes), &clock, loadBalancer, to: &writer)
                byteCount += writer.count
                lineCount += 1
                if byteCount >= AccessLogWriter.batchBytes { flush() }
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
            byteCount = 0
            lineCount = 0
        }
        var start = 0
        while start < byteCount {
            let count = Glibc.write(file.number, lines + start, byteCount - start)
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
}
