import Foundation
import Naming
import Synchronization

/// A name server on loopback that answers what a test tells it to, and nothing else.
final class ScriptedNameserver: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let records = Mutex<[ResourceRecord]?>([])

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in serve() }
    }

    /// From now on it knows these; with `nil` every question gets SERVFAIL.
    func know(_ records: [ResourceRecord]?) {
        self.records.withLock { $0 = records }
    }

    /// Its thread closes the socket: else that might go on with another one of the same number.
    func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func serve() {
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 2048)
        while true {
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { return }
            guard let query = try? DNSMessage(decoding: buffer[..<count]) else { continue }
            let bytes = answer(to: query)
            _ = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, bytes, bytes.count, 0, $0, length)
                }
            }
        }
    }

    private func answer(to query: DNSMessage) -> [UInt8] {
        var message = DNSMessage(id: query.id)
        message.flags.isResponse = true
        message.questions = query.questions
        if let known = records.withLock(\.self), let question = query.questions.first {
            message.answers = known.filter {
                $0.name == question.name && $0.type == question.type
            }
        } else {
            message.code = .serverFailure
        }
        var writer = DNSWriter()
        message.encode(into: &writer)
        return writer.bytes
    }
}
