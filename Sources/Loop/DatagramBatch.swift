internal import CLinux
internal import Glibc

/// Datagrams that come in one system call and whose answers go in another, each from the address
/// that was asked.
///
/// Made once and used again and again: nothing is allocated for a datagram.
package struct DatagramBatch: ~Copyable {
    /// Datagrams taken at a time.
    package static let countMax = Int(TEAL_DATAGRAMS_MAX)

    private let received: UnsafeMutablePointer<teal_datagram>
    private let answers: UnsafeMutablePointer<teal_datagram>
    private let room: UnsafeMutableRawPointer
    private let receivedBytesMax: Int
    private let answerBytesMax: Int
    private var answerCount = 0
    /// How many are asked for at a time: preparing for more than come costs more than they do.
    private var asked = Self.askedMin
    private static let askedMin = 8
    /// Whether as many came as were asked for, so that more may wait.
    package private(set) var isFull = false

    /// Longer datagrams are cut to `receivedBytesMax`; longer answers than `answerBytesMax` are not
    /// taken.
    package init(receivedBytesMax: Int, answerBytesMax: Int) {
        self.receivedBytesMax = receivedBytesMax
        self.answerBytesMax = answerBytesMax
        let stride = receivedBytesMax + answerBytesMax
        room = .allocate(byteCount: Self.countMax * stride, alignment: 16)
        received = .allocate(capacity: Self.countMax)
        answers = .allocate(capacity: Self.countMax)
        for index in 0..<Self.countMax {
            var datagram = teal_datagram()
            datagram.bytes = room + index * receivedBytesMax
            (received + index).initialize(to: datagram)
            datagram.bytes = room + Self.countMax * receivedBytesMax + index * answerBytesMax
            (answers + index).initialize(to: datagram)
        }
    }

    deinit {
        received.deallocate()
        answers.deallocate()
        room.deallocate()
    }

    /// Makes a bound socket tell which address each datagram came to.
    package static func tellDestinations(
        of socket: borrowing Descriptor, isIPv6: Bool
    ) throws(Errno) {
        guard teal_tell_destinations(socket.number, isIPv6 ? 1 : 0) == 0 else { throw .last }
    }

    /// How many datagrams came; 0 when none waits. What came before is forgotten.
    ///
    /// A failure is an earlier answer's, such as a port that was closed, and is over with being
    /// told.
    package mutating func receive(from socket: borrowing Descriptor) throws(Errno) -> Int {
        for index in 0..<asked { received[index].count = receivedBytesMax }
        answerCount = 0
        isFull = false
        let count = Int(teal_receive_datagrams(socket.number, received, UInt32(asked)))
        guard count >= 0 else {
            Syscall.trapIfUnforgivable(errno)
            throw .last
        }
        isFull = count == asked
        if isFull { asked = min(asked * 2, Self.countMax) }
        if count < asked / 4 { asked = max(asked / 2, Self.askedMin) }
        return count
    }

    /// The bytes of a received datagram.
    package func bytes(at index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: received[index].bytes, count: received[index].count)
    }

    /// Who sent it; `nil` for a family that is neither IPv4 nor IPv6.
    package func sender(at index: Int) -> SocketAddress? {
        withUnsafeBytes(of: received[index].peer) { bytes in
            SocketAddress(bytes.loadUnaligned(as: sockaddr_storage.self))
        }
    }

    /// Where an answer goes that is sent later, by `send(_:to:from:)`.
    package struct ReturnAddress {
        fileprivate var datagram: teal_datagram
    }

    package func returnAddress(at index: Int) -> ReturnAddress {
        var datagram = received[index]
        datagram.bytes = nil
        return ReturnAddress(datagram: datagram)
    }

    /// Sends one answer; false when the socket did not take it.
    package static func send(
        _ bytes: [UInt8], to address: ReturnAddress, from socket: borrowing Descriptor
    ) -> Bool {
        var datagram = address.datagram
        var bytes = bytes
        let number = socket.number
        return bytes.withUnsafeMutableBytes { bytes in
            datagram.bytes = bytes.baseAddress
            datagram.count = bytes.count
            return teal_send_datagrams(number, &datagram, 1) == 1
        }
    }

    /// Takes an answer to a received datagram, until `send`; false when it is too long.
    package mutating func answer(_ bytes: UnsafeRawBufferPointer, to index: Int) -> Bool {
        answer(to: index) { room in
            guard bytes.count <= room.count else { return 0 }
            room.copyBytes(from: bytes)
            return bytes.count
        }
    }

    /// The same for an answer that `write` puts into the room that it is given; it returns how many
    /// bytes there are, 0 for no answer.
    package mutating func answer(
        to index: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Bool {
        guard answerCount < Self.countMax else { return false }
        let answer = answers + answerCount
        let room = UnsafeMutableRawBufferPointer(
            start: answer.pointee.bytes, count: answerBytesMax)
        let count = write(room)
        guard count > 0 else { return false }
        answer.pointee.count = count
        answer.pointee.peer = received[index].peer
        answer.pointee.peer_length = received[index].peer_length
        answer.pointee.control = received[index].control
        answer.pointee.control_length = received[index].control_length
        answerCount += 1
        return true
    }

    /// Sends all answers; returns how many the socket did not take, which are lost like any
    /// datagram.
    package mutating func send(to socket: borrowing Descriptor) -> Int {
        var sent = 0
        var lost = 0
        while sent + lost < answerCount {
            let next = sent + lost
            let count = teal_send_datagrams(
                socket.number, answers + next, UInt32(answerCount - next))
            if count > 0 {
                sent += Int(count)
            } else if count < 0, errno == EAGAIN {
                lost = answerCount - sent
            } else {
                // It is the first one's own failure: the others may still go.
                lost += 1
            }
        }
        answerCount = 0
        return lost
    }
}
