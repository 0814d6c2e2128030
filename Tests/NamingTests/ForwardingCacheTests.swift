import Testing

@testable import Naming

@Suite struct ForwardingCacheTests {
    private func query(_ name: String) throws -> DNSMessage {
        DNSMessage(asking: Question(name: try DNSName(name), type: .a), id: 1)
    }

    private func answer(_ query: DNSMessage, ttls: [UInt32]) -> DNSMessage {
        var answer = query
        answer.flags.isResponse = true
        answer.answers = ttls.map {
            ResourceRecord(name: query.questions[0].name, ttl: $0, data: .a($0))
        }
        return answer
    }

    @Test func holdsAsLongAsTheShortestRecord() throws {
        var cache = ForwardingCache()
        let query = try query("example.com")
        cache.keep(answer(query, ttls: [30, 10]), to: query, at: 100)
        #expect(cache.answer(to: query, at: 100)?.answers.map(\.ttl) == [30, 10])
        #expect(cache.answer(to: query, at: 109)?.answers.map(\.ttl) == [21, 1])
        #expect(cache.answer(to: query, at: 110) == nil)
        #expect(cache.answer(to: try self.query("EXAMPLE.com"), at: 105) != nil)
        #expect(cache.answer(to: try self.query("example.org"), at: 105) == nil)
    }

    @Test func believesAnAbsenceAsLongAsItsZoneSays() throws {
        var cache = ForwardingCache()
        let query = try query("none.example.com")
        var absent = answer(query, ttls: [])
        absent.code = .nameError
        cache.keep(absent, to: query, at: 0)
        #expect(cache.answer(to: query, at: 0) == nil)
        let authority = StartOfAuthority(
            primary: .root, mailbox: .root, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 7)
        absent.authority = [ResourceRecord(name: .root, ttl: 60, data: .soa(authority))]
        cache.keep(absent, to: query, at: 0)
        #expect(cache.answer(to: query, at: 6)?.code == .nameError)
        #expect(cache.answer(to: query, at: 7) == nil)
    }

    @Test func keepsNoFailures() throws {
        var cache = ForwardingCache()
        let query = try query("example.com")
        var failure = answer(query, ttls: [30])
        failure.code = .serverFailure
        cache.keep(failure, to: query, at: 0)
        cache.keep(answer(query, ttls: [0]), to: query, at: 0)
        #expect(cache.count == 0)
    }

    @Test func hasRoomForSoManyAndNoMore() throws {
        var cache = ForwardingCache(entriesMax: 100)
        for number in 0..<1000 {
            let query = try query("n\(number).example.com")
            cache.keep(answer(query, ttls: [30]), to: query, at: 0)
            #expect(cache.count <= 100)
            #expect(cache.answer(to: query, at: 0) != nil)
        }
    }
}
