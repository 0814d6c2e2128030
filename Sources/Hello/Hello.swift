import Glibc

/// A small web service that shows its version, and misbehaves on demand: see `Settings`.
@main
enum Hello {
    /// How long requests in flight may delay the end after SIGTERM.
    static let endSecondsMax = 10

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        let settings = Settings(environment: Settings.processEnvironment())
        let ends = SignalSet([SIGTERM, SIGINT])
        // Blocked before any thread starts, so that only `wait` ever takes them.
        ends.block()
        guard !ends.wait(seconds: settings.startDelay) else { return }
        let server = Server(settings: settings)
        guard let listener = server.listen() else { exit(1) }
        say("version \(settings.version) listens on port \(settings.port)")
        server.accept(from: listener)
        guard ends.wait(seconds: settings.crashAfter) else {
            say("CRASH_AFTER is over")
            exit(1)
        }
        shutdown(listener, Int32(SHUT_RDWR))
        let answered = server.drain(secondsMax: Hello.endSecondsMax)
        say("ends after \(answered) requests")
    }
}

/// Writes a line to standard output at once.
func say(_ line: String) {
    var text = "teal-hello: \(line)\n"
    text.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

/// Signals that are waited for rather than handled.
struct SignalSet {
    private var signals = sigset_t()

    init(_ numbers: [Int32]) {
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
    }

    func block() {
        var signals = signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Whether one of them came within `seconds`; `nil` waits for as long as it takes.
    func wait(seconds: Double?) -> Bool {
        var signals = signals
        guard let seconds else {
            var number: Int32 = 0
            return sigwait(&signals, &number) == 0
        }
        let whole = seconds.rounded(.down)
        var limit = timespec(
            tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1_000_000_000))
        return sigtimedwait(&signals, nil, &limit) > 0
    }
}
