import Testing

@testable import Naming

@Suite struct DNSNameTests {
    @Test(arguments: [
        ("hello.default.teal", "hello.default.teal."),
        ("hello.default.teal.", "hello.default.teal."),
        ("HeLLo.Default.TEAL", "HeLLo.Default.TEAL."),
        (".", "."),
        ("a\\.b.c", "a\\.b.c."),
        ("a\\046b.c", "a\\.b.c."),
        ("\\000\\255.c", "\\000\\255.c."),
        ("_http._tcp.web.shop.internal", "_http._tcp.web.shop.internal."),
    ])
    func readsAndPrintsPresentationFormat(text: String, printed: String) throws {
        #expect(try DNSName(text).description == printed)
    }

    @Test(arguments: [
        ("", DNSNameFault.emptyLabel),
        ("a..b", .emptyLabel),
        (".a", .emptyLabel),
        ("a..", .emptyLabel),
        ("a\\", .badEscape),
        ("a\\12", .badEscape),
        ("a\\256", .badEscape),
        (String(repeating: "a", count: 64), .labelTooLong(64)),
    ])
    func refusesWhatIsNoName(text: String, fault: DNSNameFault) {
        #expect(throws: fault) { try DNSName(text) }
    }

    @Test func takesNamesUpToTheirLimits() throws {
        let label = String(repeating: "a", count: DNSName.labelBytesMax)
        let three = "\(label).\(label).\(label)."
        let longest = try DNSName(three + String(repeating: "b", count: 61))
        #expect(longest.wire.count == DNSName.bytesMax)
        #expect(throws: DNSNameFault.nameTooLong(256)) {
            try DNSName(three + String(repeating: "b", count: 62))
        }
        #expect(throws: DNSNameFault.nameTooLong(257)) { try longest.prepending("c") }
        #expect(throws: DNSNameFault.nameTooLong(257)) { try DNSName("c").joined(below: longest) }
    }

    @Test func comparesWithoutCase() throws {
        let lower = try DNSName("hello.default.teal")
        let mixed = try DNSName("HELLO.Default.teaL")
        #expect(lower == mixed)
        #expect(lower.hashValue == mixed.hashValue)
        #expect(lower != (try DNSName("hellp.default.teal")))
        // `[` and `{` differ by the bit that folds letters.
        #expect(try DNSName("[.teal") != DNSName("{.teal"))
    }

    @Test func goesUpToTheRoot() throws {
        let name = try DNSName("a.b.c")
        #expect(name.parent == (try DNSName("b.c")))
        #expect(name.parent?.parent?.parent == .root)
        #expect(DNSName.root.parent == nil)
        #expect(name.labels.map { Array($0) } == [[0x61], [0x62], [0x63]])
    }

    @Test func keepsADotInsideALabel() throws {
        let name = try DNSName("teal").prepending("a.b")
        #expect(name.labels.count == 2)
        #expect(name.description == "a\\.b.teal.")
    }
}
