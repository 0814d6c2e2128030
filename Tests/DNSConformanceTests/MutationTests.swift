import Glibc
import Model
import Testing

/// Ten thousand wrong packets and five hundred wrong streams: nothing breaks, nothing grows.
@Suite(.serialized) struct MutationTests {
    /// What memory may fluctuate by: the tests' own is in it.
    private static let growthMax = 24 << 20

    private static var seeds: [[UInt8]] {
        var plain = Query("one.\(Target.zone)", .srv)
        plain.addEDNS(options: Query.option(10, [1, 2, 3, 4, 5, 6, 7, 8]))
        var two = Query("one.\(Target.zone)")
        two.ask(Query.name("none.\(Target.zone)"))
        return [plain.bytes, two.bytes, Query(Target.zone, .any).bytes]
    }

    private static func mutant(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var mutant = seed
        for _ in 0...Int(generator.next(upperBound: UInt64(6))) {
            let index = Int(generator.next(upperBound: UInt64(max(1, mutant.count))))
            let byte = UInt8(truncatingIfNeeded: generator.next())
            switch generator.next(upperBound: UInt64(8)) {
            case 0: mutant = Array(mutant.prefix(index + 1))
            case 1: mutant.insert(byte, at: min(index, mutant.count))
            case 2: mutant += mutant.suffix(16)
            default: if index < mutant.count { mutant[index] = byte }
            }
        }
        return mutant
    }

    @Test func packets() async throws {
        try await Target.run { target in
            let client = try UDPClient(target)
            var generator = Generator(seed: 1)
            var before = 0
            for round in 0..<10_000 {
                let seed = Self.seeds[round % Self.seeds.count]
                client.socket.send(Self.mutant(seed, &generator))
                while let bytes = client.socket.receive(isWaiting: false) {
                    #expect(bytes.count <= 1232)
                    // Others send back a part of what they could not read.
                    guard Target.isOurs else { continue }
                    #expect(throws: Never.self) { try Reply(bytes) }
                }
                if round == 2000 { before = Self.residentBytes }
            }
            try Self.expectAlive(target)
            #expect(Self.residentBytes - before < Self.growthMax)
        }
    }

    @Test func streams() async throws {
        try await Target.run { target in
            var generator = Generator(seed: 2)
            var before = 0
            for round in 0..<500 {
                let client = try TCPClient(target)
                let stream = Self.seeds.flatMap { Query.framed($0) }
                client.socket.send(Self.mutant(stream + stream, &generator))
                // Paces the clients: a server ends what its client has ended, in the end.
                client.socket.endSending()
                while let bytes = client.socket.receive(), !bytes.isEmpty {}
                if round == 100 { before = Self.residentBytes }
            }
            try Self.expectAlive(target)
            #expect(Self.residentBytes - before < Self.growthMax)
        }
    }

    private static func expectAlive(_ target: Target) throws {
        let query = Query("one.\(Target.zone)")
        #expect(try TCPClient(target).ask(query)?.answers.count == 1)
        var answers: Int?
        // Datagrams of its own may be lost behind the flood.
        for _ in 0..<5 where answers == nil {
            answers = try UDPClient(target).ask(query)?.answers.count
        }
        #expect(answers == 1)
    }

    /// Of the process that `TEAL_DNS_PID` names, or of this one.
    private static var residentBytes: Int {
        let process = getenv("TEAL_DNS_PID").map { String(cString: $0) } ?? "self"
        guard let file = fopen("/proc/\(process)/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 256)
        guard fgets(&text, CInt(text.count), file) != nil else { return 0 }
        let words = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return (Int(words[1]) ?? 0) * Int(getpagesize())
    }
}
