internal import Glibc
internal import Loop
internal import Routing
internal import Synchronization

/// The thread that writes: nothing waits for it.
final class AccessLogWriter {
    /// How often the rings are looked at.
    static let periodMilliseconds = 100

    private let options: AccessLogOptions
    private let rings: [LineRing]
    private let failures: WriteFailures
    private var file: Descriptor
    private var written: Int
    private var timer: Timer?

    init(
        _ loop: Loop, _ options: AccessLogOptions, _ rings: [LineRing],
        _ failures: WriteFailures
    ) throws(Errno) {
        self.options = options
        self.rings = rings
        self.failures = failures
        file = try AccessLogWriter.open(options.path)
        written = AccessLogWriter.size(of: file)
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
        for ring in rings {
            ring.drain { write($0) }
            // Only here, where a line has ended.
            if written > options.rotationBytes { rotate() }
        }
    }

    /// Lines that came before go to the file as it was.
    func reopen() {
        drain()
        guard let next = try? AccessLogWriter.open(options.path) else { return }
        written = AccessLogWriter.size(of: next)
        file = next
    }

    private func write(_ lines: UnsafeRawBufferPointer) {
        var rest = lines[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(file.number, piece.baseAddress, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let lost = rest.count { $0 == UInt8(ascii: "\n") }
                failures.count.add(lost, ordering: .relaxed)
                return
            }
            rest = rest.dropFirst(count)
            written += count
        }
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
