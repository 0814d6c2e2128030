import Model
import Routing
import Testing

private let key = SipKey(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)

private func text(_ cookie: StickyCookie) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: StickyCookie.textBytes)
    bytes.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        var writer = ByteWriter(base, capacity: buffer.count)
        cookie.write(to: &writer)
    }
    return bytes
}

private func read(_ text: [UInt8], _ key: SipKey = key, now: UInt64 = 50) -> StickyCookie? {
    text.withUnsafeBytes { StickyCookie($0, key: key, now: now) }
}

@Test func onlyWhatWeSignedIsReadAndOnlyInItsTime() {
    let cookie = StickyCookie(choice: 0xfedc_ba98_7654_3210, expiry: 100, key: key)
    let written = text(cookie)
    #expect(read(written) == cookie)
    #expect(read(written, now: 99) == cookie)
    #expect(read(written, now: 100) == nil)
    #expect(read(written, SipKey(low: 1, high: 2)) == nil)
    #expect(read([]) == nil)
    #expect(read(written + [48]) == nil)
    var generator = Generator(seed: 1)
    for _ in 0..<2000 {
        var forged = written
        let place = Int.random(in: forged.indices, using: &generator)
        forged[place] = UInt8.random(in: 0...255, using: &generator)
        #expect(forged == written || read(forged) == nil)
    }
}

@Test(
    arguments: [
        (.target, ["AWSALB", "AWSALBCORS"]), (.session, ["AWSALBAPP-0"]),
        (.targetGroup, ["AWSALBTG", "AWSALBTGCORS"]),
    ] as [(StickyCookie.Purpose, [String])])
func fieldsAreWrittenAsALBWritesThem(purpose: StickyCookie.Purpose, names: [String]) {
    let cookie = StickyCookie(choice: 0x0123_4567_89ab_cdef, expiry: 100, key: key)
    let date = "Thu, 01 Jan 1970 00:00:00 GMT"
    var bytes = [UInt8](repeating: 0, count: StickyCookie.fieldsBytesMax)
    let count = bytes.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        var writer = ByteWriter(base, capacity: buffer.count)
        Array(date.utf8).withUnsafeBytes { cookie.writeFields(purpose, to: &writer, expires: $0) }
        return writer.count
    }
    let value = String(decoding: text(cookie), as: UTF8.self)
    #expect(value.hasPrefix("0123456789abcdef0000000000000064"))
    var expected = "Set-Cookie: \(names[0])=\(value); Expires=\(date); Path=/\r\n"
    for name in names.dropFirst() {
        expected +=
            "Set-Cookie: \(name)=\(value); Expires=\(date); Path=/"
            + "; SameSite=None; Secure\r\n"
    }
    #expect(String(decoding: bytes[..<count], as: UTF8.self) == expected)
}

/// A place keeps its group while weights stay, and moves only where a shift takes it.
@Test func aShiftOfTheWeightsMovesNoMorePlacesThanItSays() {
    let places = (0..<1000).map { UInt64($0) * (.max / 1000) + (1 << 40) }
    var before = 1000
    for green in [0, 1, 100, 500, 999, 1000] {
        let plan = ForwardPlan(
            [(group: 1, weight: 1000 - green), (group: 2, weight: green)], stickySeconds: 60)
        let blue = places.prefix { plan.group(holding: $0) == 1 }.count
        #expect(places.dropFirst(blue).allSatisfy { plan.group(holding: $0) == 2 })
        #expect(abs(blue - (1000 - green)) <= 1 && blue <= before)
        // With one group there is nothing to stay with.
        #expect(plan.stickySeconds == (green == 0 || green == 1000 ? 0 : 60))
        before = blue
    }
    #expect(ForwardPlan([(group: 1, weight: 0)]).group(holding: .max) == nil)
    let three = ForwardPlan([(group: 1, weight: 1), (group: 2, weight: 1), (group: 3, weight: 1)])
    #expect([0, .max / 2, .max].map { three.group(holding: $0) } == [1, 2, 3])
}

@Test func namesTellTargetsAndGroupsApart() {
    let names = [("a", "b"), ("a", "c"), ("b", "b"), ("", "ab")].map {
        StickyCookie.name(of: $0.0, in: $0.1, key: key)
    }
    #expect(Set(names).count == names.count)
}

@Test(arguments: [
    ("AWSALB=x", "x"), ("a=b; AWSALB=x; c=d", "x"), ("a=b;AWSALB=x", "x"), ("AWSALB=", ""),
    ("AWSALB=x; AWSALB=y", "x"), ("AWSALB==x", "=x"), ("awsalb=x", nil), ("AWSALBCORS=x", nil),
    ("XAWSALB=x", nil), ("AWSALB", nil), ("", nil), (";;;", nil),
])
func theFirstPairOfTheNameIsFound(field: String, expected: String?) {
    let value = Array(field.utf8).withUnsafeBytes { bytes in
        CookiePairs.value(of: "AWSALB", in: bytes).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(value == expected)
}

@Test func aKeyIsThirtyTwoDigits() {
    #expect(SipKey(hexadecimal: key.hexadecimal) == key)
    for text in ["", "0", String(repeating: "0", count: 31), String(repeating: "F", count: 32)] {
        #expect(SipKey(hexadecimal: text) == nil)
    }
}
