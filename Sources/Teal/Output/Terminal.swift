import Foundation

/// The terminal as a screen that is drawn anew again and again, with single keys read from it.
struct Terminal {
    /// What the terminal was like before.
    private let before: termios

    /// Lines and columns where nobody says how many there are.
    static let usual = (width: 80, height: 24)

    /// `nil` when input and output are not a terminal.
    init?() {
        var settings = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else {
            return nil
        }
        before = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        Terminal.write("\u{1B}[?1049h\u{1B}[?25l")
    }

    /// Gives the terminal back as it was.
    func restore() {
        Terminal.write("\u{1B}[?25h\u{1B}[?1049l")
        var settings = before
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// As it is now: it may have been resized.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return Terminal.usual }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Each line is drawn over what was there, so that nothing flickers.
    func draw(_ lines: [String]) {
        let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        Terminal.write("\u{1B}[H" + text + "\u{1B}[J")
    }

    /// Waits so long, or until a key that means the end: q, Ctrl-C, or the end of the input.
    func isEnded(within milliseconds: Int) -> Bool {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            let left = max(.zero, deadline - .now).components
            let wait = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&input, 1, Int32(wait))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return false }
            var key: UInt8 = 0
            guard read(STDIN_FILENO, &key, 1) == 1 else { return true }
            if key == UInt8(ascii: "q") || key == 3 { return true }
        }
    }

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
