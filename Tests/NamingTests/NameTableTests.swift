import Model
import Testing

@testable import Naming

@Suite struct NameTableTests {
    private final class Number: Sendable, ExpressibleByIntegerLiteral {
        let value: Int

        init(integerLiteral value: Int) { self.value = value }
    }

    private func name(_ number: UInt64) throws -> DNSName {
        try DNSName("service-\(number).default.teal")
    }

    @Test func agreesWithADictionaryWhateverIsDone() throws {
        var generator = Generator(seed: 7)
        var table = NameTable<Number>()
        var model: [DNSName: Int] = [:]
        for step in 0..<5000 {
            let name = try name(generator.next(upperBound: 600))
            let value = generator.next(upperBound: UInt64(3)) == 0 ? nil : step
            table[name] = value.map { Number(integerLiteral: $0) }
            model[name] = value
        }
        for number in 0..<UInt64(600) {
            let name = try name(number)
            #expect(table[name]?.value == model[name])
        }
    }

    @Test func keepsOldCopiesAsTheyWere() throws {
        var table = NameTable<Number>()
        for number in 0..<UInt64(100) {
            table[try name(number)] = Number(integerLiteral: Int(number))
        }
        let old = table
        for number in 0..<UInt64(100) { table[try name(number)] = nil }
        for number in 0..<UInt64(100) {
            #expect(old[try name(number)]?.value == Int(number))
            #expect(table[try name(number)] == nil)
        }
    }

    @Test func findsWithoutCase() throws {
        var table = NameTable<Number>()
        table[try DNSName("Hello.Teal")] = 1
        #expect(table[try DNSName("hELLO.tEAL")]?.value == 1)
        table[try DNSName("hello.teal")] = 2
        #expect(table[try DNSName("Hello.Teal")]?.value == 2)
    }

    @Test func tellsNamesOfOneHashApart() throws {
        // Label boundaries are part of the hash, so a real collision has to be sought: FNV-1a is
        // linear enough that none is known for names. Asking under a foreign hash is the next best.
        var table = NameTable<Number>()
        let name = try DNSName("hello.teal")
        let other = try DNSName("world.teal")
        table[name] = 1
        let hash = hash(name)
        #expect(name.wire.withUnsafeBytes { table.value(at: $0, hash: hash) } != nil)
        #expect(other.wire.withUnsafeBytes { table.value(at: $0, hash: hash) } == nil)
    }

    @Test func hashesAncestorsOnTheWay() throws {
        var hash = NameHash()
        for label in try DNSName("a.bc.def").labels.reversed() {
            let bytes = [UInt8(label.count)] + Array(label)
            bytes.withUnsafeBytes { hash.combine($0, $0.indices) }
        }
        #expect(hash == self.hash(try DNSName("a.bc.def")))
        #expect(NameHash() == self.hash(.root))
        #expect(hash != self.hash(try DNSName("ab.c.def")))
    }

    private func hash(_ name: DNSName) -> NameHash {
        name.wire.withUnsafeBytes { NameHash(of: $0) }
    }
}
