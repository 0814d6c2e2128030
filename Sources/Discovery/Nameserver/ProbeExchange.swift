import Loop
import Model
import Naming

/// One probe of one instance: a connection, and for HTTP the first line of its answer.
final class ProbeExchange {
    private let target: ProbeTarget
    private let onEnd: (Bool) -> Void
    private var watcher: Watcher?
    private var timer: Timer?
    private var descriptor: CInt = -1
    private var unsent: ArraySlice<UInt8>
    private var received: [UInt8] = []

    /// Milliseconds from the attempt to connect to the answer.
    private static let timeoutMilliseconds = 4000
    /// `HTTP/1.1 200`
    private static let statusBytes = 12
    private static let goodStatuses = 200...399

    /// Calls `onEnd` once, on the loop's thread, at once when it cannot begin.
    init(on loop: Loop, probing target: ProbeTarget, onEnd: @escaping (Bool) -> Void) {
        self.target = target
        self.onEnd = onEnd
        unsent = target.check.type == .http ? Self.request(to: target)[...] : []
        guard let address = SocketAddress(target.address.description, port: target.port),
            let socket = try? Descriptor.connecting(to: address)
        else {
            onEnd(false)
            return
        }
        descriptor = socket.release()
        timer = loop.timer { [unowned self] in end(false) }
        timer?.set(milliseconds: Self.timeoutMilliseconds)
        watcher = loop.watch(number: descriptor, for: .write) { [unowned self] readiness in
            if readiness.contains(.write) { advance() } else { receive() }
        }
    }

    // Watchers must be let go before their descriptor is closed.
    deinit { close() }

    private func close() {
        watcher = nil
        timer = nil
        if descriptor >= 0 { Syscall.close(descriptor) }
        descriptor = -1
    }

    private func end(_ passed: Bool) {
        close()
        onEnd(passed)
    }

    private static func request(to target: ProbeTarget) -> [UInt8] {
        let address = "\(target.address)"
        let host = address.contains(":") ? "[\(address)]" : address
        return Array(
            """
            GET \(target.check.resourcePath) HTTP/1.1\r
            Host: \(host):\(target.port)\r
            User-Agent: Teal-HealthChecker\r
            Accept: */*\r
            Connection: close\r
            \r\n
            """.utf8)
    }

    /// Writable is connected, or failed: the first use of the socket tells.
    private func advance() {
        guard target.check.type == .http else { return end(isConnected()) }
        let number = descriptor
        let sent = unsent.withUnsafeBytes { bytes in
            bytes.baseAddress.map { Syscall.send(number, $0, count: bytes.count) }
        }
        if case .failed? = sent { return end(false) }
        if case .moved(let count)? = sent { unsent = unsent.dropFirst(count) }
        if unsent.isEmpty { watcher?.interest = .read }
    }

    private func isConnected() -> Bool {
        var byte: [UInt8] = [0]
        if case .failed = Syscall.receive(descriptor, into: &byte, count: 1) { return false }
        return true
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 512)
        switch Syscall.receive(descriptor, into: &buffer, count: buffer.count) {
        case .moved(0), .failed: return end(false)
        case .blocked: return
        case .moved(let count): received += buffer[..<count]
        }
        guard received.count >= Self.statusBytes else { return }
        end(Self.isGood(received[..<Self.statusBytes]))
    }

    private static func isGood(_ line: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("HTTP/1."), let status = Int(text.suffix(3)) else { return false }
        return goodStatuses.contains(status)
    }
}
