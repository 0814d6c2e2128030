internal import Loop
internal import Model
internal import Routing

/// The health checks of one target: a new connection each time, one request, its status.
final class Probe {
    private let address: SocketAddress
    private let loop: Loop
    private let clock: () -> Instant
    private let request: [UInt8]
    private let tell: (TargetHealth) -> Void

    private var check: HealthCheck
    private var matcher: StatusMatcher
    private var record = HealthRecord()
    private var timer: Timer?
    private var descriptor: Descriptor?
    private var watcher: Watcher?
    private var sent = 0
    private var answer: [UInt8] = []
    private var startedAt = Instant.zero

    init(
        _ loop: Loop, _ address: SocketAddress, _ check: HealthChecker.Check,
        _ matcher: StatusMatcher,
        clock: @escaping () -> Instant, tell: @escaping (TargetHealth) -> Void
    ) {
        self.loop = loop
        self.address = address
        self.check = check.settings
        self.matcher = matcher
        self.clock = clock
        self.tell = tell
        let lines = [
            "GET \(check.settings.path) HTTP/1.1", "Host: \(address)", "Connection: close",
            "User-Agent: ELB-HealthChecker/2.0", "Accept-Encoding: gzip, compressed", "", "",
        ]
        // A probe is on nobody's behalf, and says so (NLB does the same).
        let header = check.proxyProtocol.map { ProxyHeader.bytes(nil, $0) } ?? []
        request = header + Array(lines.joined(separator: "\r\n").utf8)
        timer = loop.timer { [unowned self] in isDue() }
        timer?.set(milliseconds: 0)
    }

    deinit {
        watcher = nil
        timer = nil
    }

    /// Looks again now; a probe that is under way is as good.
    func hasten() {
        record.suspect()
        if descriptor == nil { timer?.set(milliseconds: 0) }
    }

    /// The timer ends a probe that takes too long, and the pause between two.
    private func isDue() {
        if descriptor != nil { return finish(.timedOut) }
        startedAt = clock()
        sent = 0
        answer = []
        timer?.set(milliseconds: check.timeoutMilliseconds)
        do {
            descriptor = try Descriptor.connecting(to: address)
        } catch {
            return finish(.refused)
        }
        guard let number = descriptor?.number else { return }
        watcher = loop.watch(number: number, for: .write) { [unowned self] _ in go() }
    }

    private func go() {
        guard let number = descriptor?.number else { return }
        if sent < request.count { send(number) } else { receive(number) }
    }

    private func send(_ number: CInt) {
        let transfer = request.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                Syscall.send(number, $0 + sent, count: bytes.count - sent)
            }
        }
        switch transfer {
        case .moved(let count):
            sent += count
            if sent == request.count { watcher?.interest = .read }
        case .blocked, nil: break
        case .failed(.connectionRefused): finish(.refused)
        case .failed: finish(.failed)
        }
    }

    private func receive(_ number: CInt) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        switch Syscall.receive(number, into: &bytes, count: bytes.count) {
        case .moved(0), .failed: finish(.failed)
        case .moved(let count):
            answer += bytes[..<count]
            judge()
        case .blocked: break
        }
    }

    private func judge() {
        let limits = HeadLimits()
        let result = withUnsafeTemporaryAllocation(of: Field.self, capacity: limits.fieldsMax + 1) {
            fields in
            answer.withUnsafeBytes { bytes in
                Result { () throws(HeadStop) in
                    try ResponseHead.parse(bytes, into: fields, limits: limits)
                }
            }
        }
        switch result {
        case .success(let head) where head.isInterim: finish(.failed)
        case .success(let head):
            finish(matcher.accepts(head.status) ? .passed : .mismatch(status: head.status))
        case .failure(.incomplete): break
        case .failure(.invalid): finish(.failed)
        }
    }

    private func finish(_ outcome: ProbeOutcome) {
        watcher = nil
        descriptor = nil
        let now = clock()
        let news = record.absorb(outcome, check, at: now)
        let elapsed = Int(now.milliseconds(since: startedAt))
        timer?.set(milliseconds: max(0, record.pause(check) - elapsed))
        if let news { tell(news) }
    }
}
