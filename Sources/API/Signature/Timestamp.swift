import Model

/// A second in UTC as signatures write it: `20150830T123600Z`.
struct Timestamp: Hashable {
    let text: String
    /// Since 1970-01-01T00:00:00Z.
    let seconds: Int64

    var date: String { String(text.prefix(8)) }

    init(_ instant: Instant) {
        let seconds = Int64((Double(instant.milliseconds) / 1000).rounded(.down))
        let (days, time) = seconds.floorDivided(by: 86_400)
        let (year, month, day) = CivilDate.date(days: days)
        self.seconds = seconds
        text =
            Timestamp.padded(year, 4) + Timestamp.padded(month, 2) + Timestamp.padded(day, 2)
            + "T" + Timestamp.padded(time / 3600, 2) + Timestamp.padded(time / 60 % 60, 2)
            + Timestamp.padded(time % 60, 2) + "Z"
    }

    /// `nil` when `text` does not have that shape or names no such second.
    init?(parsing text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            let digits = bytes[range]
            guard digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
            else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        self.text = text
        seconds =
            CivilDate.days(year: year, month: month, day: day) * 86_400
            + hour * 3600 + minute * 60 + second
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// The proleptic Gregorian calendar, counted from 1970-01-01.
///
/// Years begin in March here, so that the leap day is the last of its year; 400 years always have
/// 146,097 days.
private enum CivilDate {
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let (era, yearOfEra) = marchYear.floorDivided(by: 400)
        let marchMonth = (month + 9) % 12
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).floorDivided(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension Int64 {
    /// The quotient rounded down, and the remainder, which is never negative.
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = (self % divisor + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}
