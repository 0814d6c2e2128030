package import Model

/// Answers that were given, by what was asked, to be given again without looking anything up.
///
/// Most questions are asked over and over in the same bytes. An answer of one directory is kept
/// until another takes its place; where records have to come in an order by chance, they are put
/// into another one each time. Nobody's answer depends on what somebody else was told: what bears
/// a cookie, or was picked by weight or from many, is never kept.
///
/// Direct-mapped, so that a flood of queries only costs others their places; the hash is seeded, so
/// that nobody can choose whose.
package struct AnswerCache: ~Copyable {
    private let slotsCount: Int
    /// Of each slot the hash of its query; 0 while it is empty.
    private let hashes: UnsafeMutablePointer<UInt64>
    private let slots: UnsafeMutableRawPointer
    private let seed: UInt64
    /// Grows with each directory; a slot of another one is as good as empty.
    private var generation: UInt64 = 1

    /// What a slot begins with; its query, without the id, and its answer follow.
    private struct Head: BitwiseCopyable {
        var generation: UInt64
        var queryBytes: UInt16
        var answerBytes: UInt16
        /// The records that come in an order by chance: where they begin, bytes of each, how many.
        var start: UInt16 = 0
        var size: UInt16 = 0
        var count: UInt16 = 0
        /// Likewise the addresses of the hosts that they name; of no bytes where they name none.
        var hostsStart: UInt16 = 0
        var hostSize: UInt16 = 0
    }

    /// A kept answer.
    package struct Found {
        fileprivate let slot: Int
    }

    /// Bytes of a query that is kept, without its id: of nearly all that people name.
    static let queryBytesMax = 96
    /// Bytes of an answer that is kept: thirty IPv4 addresses, or the locations of five tasks.
    static let answerBytesMax = slotBytes - MemoryLayout<Head>.stride - queryBytesMax
    private static let slotBytes = 640
    /// The id, which differs from query to query.
    private static let idBytes = 2

    /// So many answers are kept at the most: 160 MiB, of which only what was asked is ever touched.
    package static let slotsMax = 1 << 18
    private static let slotsMin = 1 << 10

    /// For a directory of so many names: each is asked for in a few ways.
    package init(names: Int, seed: UInt64) {
        var count = Self.slotsMin
        while count < Self.slotsMax, count < names * 2 { count *= 2 }
        slotsCount = count
        hashes = .allocate(capacity: count)
        hashes.initialize(repeating: 0, count: count)
        slots = .allocate(byteCount: count * Self.slotBytes, alignment: 64)
        self.seed = seed
    }

    deinit {
        hashes.deallocate()
        slots.deallocate()
    }

    /// Whether a cache made for so many names would be no larger.
    package func suits(names: Int) -> Bool {
        slotsCount == Self.slotsMax || names * 2 <= slotsCount
    }

    /// Nothing that was kept is an answer any more.
    package mutating func forgetAll() { generation += 1 }

    package func find(_ query: UnsafeRawBufferPointer) -> Found? {
        guard let asked = Self.asked(query) else { return nil }
        let hash = hash(of: asked)
        let slot = index(of: hash)
        guard hashes[slot] == hash else { return nil }
        let head = head(of: slot)
        guard head.generation == generation, Int(head.queryBytes) == asked.count else { return nil }
        let kept = UnsafeRawBufferPointer(start: place(of: slot), count: asked.count)
        return Self.equal(kept, asked) ? Found(slot: slot) : nil
    }

    /// Writes the answer that was found for `query` into `room`; returns how many bytes it has.
    package func write(
        _ found: Found, answering query: UnsafeRawBufferPointer,
        using generator: inout Generator, into room: UnsafeMutableRawBufferPointer
    ) -> Int {
        let head = head(of: found.slot)
        let count = Int(head.answerBytes)
        guard count <= room.count, let start = room.baseAddress else { return 0 }
        start.copyMemory(from: answer(of: found.slot), byteCount: count)
        room.copyBytes(from: query.prefix(Self.idBytes))
        Self.reorder(start, head, using: &generator)
        return count
    }

    /// Keeps the answer in `reply` for whoever asks the same, if it is one that may be kept.
    package mutating func keep(
        _ reply: borrowing ResponseWriter, answering query: UnsafeRawBufferPointer
    ) {
        guard reply.isReusable, reply.count <= Self.answerBytesMax,
            let asked = Self.asked(query), let bytes = asked.baseAddress
        else { return }
        let hash = hash(of: asked)
        let slot = index(of: hash)
        var head = Head(
            generation: generation, queryBytes: UInt16(asked.count),
            answerBytes: UInt16(reply.count))
        if case .order(let order) = reply.variety {
            (head.start, head.size) = (UInt16(order.start), UInt16(order.size))
            head.count = UInt16(order.count)
            head.hostsStart = UInt16(order.hosts?.start ?? 0)
            head.hostSize = UInt16(order.hosts?.size ?? 0)
        }
        hashes[slot] = hash
        (slots + slot * Self.slotBytes).storeBytes(of: head, as: Head.self)
        place(of: slot).copyMemory(from: bytes, byteCount: asked.count)
        let place = answer(of: slot)
        reply.withUnsafeBytes { reply in
            UnsafeMutableRawBufferPointer(start: place, count: reply.count).copyBytes(from: reply)
        }
    }
}

// MARK: Slots

extension AnswerCache {
    /// What makes two queries the same; `nil` for what is never kept.
    private static func asked(_ query: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard query.count > DNSHeader.bytes, query.count - idBytes <= queryBytesMax else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: query[idBytes...])
    }

    private func head(of slot: Int) -> Head {
        (slots + slot * Self.slotBytes).load(as: Head.self)
    }

    /// Where the slot's query begins.
    private func place(of slot: Int) -> UnsafeMutableRawPointer {
        slots + (slot * Self.slotBytes + MemoryLayout<Head>.stride)
    }

    private func answer(of slot: Int) -> UnsafeMutableRawPointer {
        place(of: slot) + Self.queryBytesMax
    }

    /// The low bits, which the multiplication mixes least, are folded in from above.
    private func index(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash ^ hash >> 32) & (slotsCount - 1)
    }

    /// Never 0. Eight bytes at a time: what is found is compared whole.
    private func hash(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed ^ UInt64(bytes.count)
        var start = 0
        while start + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            hash = Self.mixed(hash ^ word)
            start += 8
        }
        var last: UInt64 = 0
        for index in start..<bytes.count { last = last << 8 | UInt64(bytes[index]) }
        return max(1, Self.mixed(hash ^ last))
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        let (high, low) = number.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return high ^ low
    }

    private static func equal(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
    ) -> Bool {
        var start = 0
        while start + 8 <= left.count {
            guard
                left.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            else { return false }
            start += 8
        }
        return (start..<left.count).allSatisfy { left[$0] == right[$0] }
    }

    /// Puts the records into an order of which each is equally likely.
    private static func reorder(
        _ answer: UnsafeMutableRawPointer, _ head: Head, using generator: inout Generator
    ) {
        var rest = Int(head.count)
        let (records, size) = (answer + Int(head.start), Int(head.size))
        let (hosts, hostSize) = (answer + Int(head.hostsStart), Int(head.hostSize))
        while rest > 1 {
            let pick = Int.random(in: 0..<rest, using: &generator)
            rest -= 1
            guard pick != rest else { continue }
            swap(records + pick * size, records + rest * size, count: size)
            guard hostSize > 0 else { continue }
            // Each points at the place of its record, where now the other's name is: what follows
            // the pointer goes with the name.
            swap(
                hosts + (pick * hostSize + pointerBytes), hosts + (rest * hostSize + pointerBytes),
                count: hostSize - pointerBytes)
        }
    }

    private static let pointerBytes = 2

    private static func swap(
        _ left: UnsafeMutableRawPointer, _ right: UnsafeMutableRawPointer, count: Int
    ) {
        for offset in 0..<count {
            let byte = left.load(fromByteOffset: offset, as: UInt8.self)
            left.storeBytes(
                of: right.load(fromByteOffset: offset, as: UInt8.self), toByteOffset: offset,
                as: UInt8.self)
            right.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
        }
    }
}
