import Testing

@testable import Naming

@Suite struct MessageFramingTests {
    private let messages: [[UInt8]] = [[1, 2, 3], [], [4], [UInt8](repeating: 9, count: 300)]

    @Test(arguments: [1, 2, 3, 5, 64, 1000])
    func findsMessagesHoweverTheyArrive(step: Int) throws {
        let stream = messages.flatMap { MessageFraming.framed($0) }
        var framing = MessageFraming()
        var received: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: step) {
            framing.append(stream[start..<min(start + step, stream.count)])
            while let message = try framing.next() { received.append(Array(message)) }
        }
        #expect(received == messages)
        #expect(!framing.isMidMessage)
    }

    @Test func knowsWhenAMessageIsNotWhole() throws {
        var framing = MessageFraming()
        #expect(!framing.isMidMessage)
        framing.append([0])
        #expect(try framing.next() == nil)
        #expect(framing.isMidMessage)
        framing.append([1, 7])
        #expect(try framing.next() == [7])
        #expect(!framing.isMidMessage)
    }

    @Test func refusesMessagesOverTheLimit() throws {
        let longest = MessageFraming.queryBytesMax
        var framing = MessageFraming()
        framing.append(MessageFraming.framed([UInt8](repeating: 0, count: longest))[...])
        #expect(try framing.next()?.count == longest)
        framing.append([UInt8(longest >> 8), UInt8((longest + 1) & 0xFF)])
        #expect(throws: MessageFramingFault.tooLong(longest + 1)) { try framing.next() }
    }
}
