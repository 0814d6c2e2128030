internal import Routing

/// What one worker writes the access log with.
final class WorkerLog {
    let format: AccessFormat
    private let ring: LineRing
    private let loadBalancer: PlainText
    private let separators: AccessSeparators
    /// By pointer, which costs no check of exclusive access.
    private let clock = Ref<AccessClock>.allocate(capacity: 1)

    init(_ options: AccessLogOptions, _ ring: LineRing) {
        format = options.format
        self.ring = ring
        loadBalancer = PlainText(String(options.loadBalancer.prefix(256)))
        separators = AccessSeparators(options.format)
        clock.initialize(to: AccessClock())
    }

    deinit {
        loadBalancer.deallocate()
        separators.deallocate()
        clock.deallocate()
    }

    /// Writes the line of a request that has ended; never waits.
    func write(_ note: Ref<AccessNote>, from client: AddressText) {
        clock.pointee.follow(note.pointee.record.endedAt)
        let room = AccessLine.room(for: note.pointee)
        ring.write(room) { place in
            var line = AccessLine(place, capacity: room, separators, format)
            line.write(note.pointee, from: client, of: loadBalancer.bytes, &clock.pointee)
            return line.writer.count
        }
    }
}
