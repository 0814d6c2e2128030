internal import Glibc

/// The Date field of responses that come without one, rewritten once a second.
struct DateField {
    private(set) var line = PlainText("")
    private var second: time_t = 0

    /// Seconds since 1970.
    var epochSeconds: UInt32 { UInt32(truncatingIfNeeded: second) }

    mutating func update() {
        let now = time(nil)
        guard now != second else { return }
        second = now
        line.deallocate()
        line = PlainText("Date: \(DateField.text(of: now))\r\n")
    }

    /// The second since 1970 as HTTP writes it (RFC 9110, 5.6.7).
    static func text(of second: Int) -> String {
        var second: time_t = second
        var parts = tm()
        guard gmtime_r(&second, &parts) != nil else { return "" }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let date =
            "\(days[Int(parts.tm_wday)]), \(DateField.padded(parts.tm_mday)) "
            + "\(months[Int(parts.tm_mon)]) \(Int(parts.tm_year) + 1900) "
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(DateField.padded)
        return "\(date)\(clock.joined(separator: ":")) GMT"
    }

    func deallocate() {
        line.deallocate()
    }

    private static func padded(_ number: CInt) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
