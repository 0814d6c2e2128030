import Loop
import Synchronization
import Testing

/// A resident that answers each datagram with itself.
private final class Echo {
    let socket: Descriptor
    private var watcher: Watcher?

    init(_ loop: Loop) throws {
        let anywhere = try #require(SocketAddress("127.0.0.1", port: 0))
        socket = try Descriptor.datagram(on: anywhere)
        watcher = loop.watch(socket, for: .read) { [unowned self] _ in echo() }
    }

    private func echo() {
        var bytes = [UInt8](repeating: 0, count: 512)
        let (transfer, sender) = Syscall.receiveDatagram(
            socket.number, into: &bytes, count: bytes.count)
        guard case .moved(let count) = transfer, let sender else { return }
        _ = Syscall.sendDatagram(socket.number, bytes, count: count, to: sender)
    }
}

@Test func aThreadRunsJobsInOrderAndEndsWhenAsked() throws {
    let seen = Mutex<[Int]>([])
    let thread = try LoopThread(name: "jobs") { loop in loop }
    for number in 0..<1000 {
        #expect(thread.perform { _ in seen.withLock { $0.append(number) } })
    }
    thread.stop()
    thread.join()
    #expect(seen.withLock { $0 } == Array(0..<1000))
    #expect(!thread.perform { _ in })
}

@Test func whatTheResidentThrowsIsThrownToItsMaker() {
    #expect(throws: Errno.addressInUse) {
        _ = try LoopThread<Int>(name: "failing") { _ in throw Errno.addressInUse }
    }
}

@Test func datagramsAreReceivedAndAnswered() throws {
    let port = Mutex<UInt16>(0)
    let thread = try LoopThread(name: "echo") { loop in
        let echo = try Echo(loop)
        let address = try echo.socket.localAddress()
        port.withLock { $0 = address.port }
        return echo
    }
    defer {
        thread.stop()
        thread.join()
    }
    let server = try #require(SocketAddress("127.0.0.1", port: port.withLock { $0 }))
    let anywhere = try #require(SocketAddress("127.0.0.1", port: 0))
    let client = try Descriptor.datagram(on: anywhere)
    let loop = try Loop()
    let deadline = loop.timer { loop.stop() }
    deadline.set(milliseconds: 10_000)
    var answer: [UInt8] = []
    let number = client.number
    let watcher = loop.watch(client, for: .read) { _ in
        var bytes = [UInt8](repeating: 0, count: 16)
        let (transfer, sender) = Syscall.receiveDatagram(number, into: &bytes, count: 16)
        if case .moved(let count) = transfer { answer = Array(bytes.prefix(count)) }
        #expect(sender == server)
        loop.stop()
    }
    _ = Syscall.sendDatagram(number, Array("teal".utf8), count: 4, to: server)
    loop.run()
    #expect(answer == Array("teal".utf8))
    _ = watcher.interest
}

@Test func aWatcherChangesWhatItWaitsFor() throws {
    let anywhere = try #require(SocketAddress("127.0.0.1", port: 0))
    let listener = try Descriptor.listening(on: anywhere)
    let client = try Descriptor.connecting(to: try listener.localAddress())
    let loop = try Loop()
    var events: [Readiness] = []
    let watcher = loop.watch(client, for: []) { ready in
        events.append(ready)
        loop.stop()
    }
    #expect(watcher.interest == [])
    watcher.interest = .write
    loop.run()
    #expect(events == [.write])
    var accepted = false
    if let server = try listener.accept() {
        accepted = true
        watcher.interest = .read
        _ = Syscall.send(server.number, "x", count: 1)
        loop.run()
    }
    #expect(accepted)
    #expect(events == [.write, .read])
}

@Test func addressesAreParsedAndPrinted() {
    #expect(SocketAddress("10.1.2.3", port: 80)?.description == "10.1.2.3:80")
    #expect(SocketAddress("10.1.2.3", port: 80)?.bytes == [10, 1, 2, 3])
    #expect(SocketAddress("2001:db8::1", port: 443)?.description == "[2001:db8::1]:443")
    #expect(SocketAddress("2001:db8::1", port: 443)?.bytes.count == 16)
    #expect(SocketAddress("localhost", port: 80) == nil)
    #expect(SocketAddress("1.2.3", port: 80) == nil)
}

@Test func aPortThatIsTakenIsRefused() throws {
    let anywhere = try #require(SocketAddress("127.0.0.1", port: 0))
    let first = try Descriptor.listening(on: anywhere)
    let taken = try first.localAddress()
    #expect(throws: Errno.addressInUse) { _ = try Descriptor.listening(on: taken) }
}
