import Foundation
import GRDB
import Store
import Testing

@testable import SQLiteStore

/// What concerns the file itself: durability, the machine's boot, damage, a full disk, its lock.
@Suite struct SQLiteFileTests {
    private let live = Key("live", "agents", "one")

    @Test func durableCommitsWaitForTheDiskAndOthersDoNot() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore.open(at: folder)
            func level() async throws -> Int? {
                try await store.pool.writeWithoutTransaction {
                    try Int.fetchOne($0, sql: "PRAGMA synchronous")
                }
            }
            #expect(try await level() == Synchronous.full.rawValue)
            let lease = try await store.grantLease(milliseconds: 60_000)
            try await store.put(live, "x", lease: lease)
            #expect(try await level() == Synchronous.normal.rawValue)
            try await store.put(Key("a"), "x")
            #expect(try await level() == Synchronous.full.rawValue)
            try await store.remove(live)
            #expect(try await level() == Synchronous.normal.rawValue)
            try await store.remove(Key("a"))
            #expect(try await level() == Synchronous.full.rawValue)
        }
    }

    @Test func everythingOutlivesItsProcess() async throws {
        try await withFolder { folder in
            let lease = try await writeBoth(folder, SQLiteStore.Settings())
            let store = try SQLiteStore.open(at: folder)
            #expect(try await store.read([Key()]).records.map(\.key) == [Key("a"), live])
            try await store.renew(lease)
        }
    }

    @Test func leasesEndWithTheBootOfTheMachine() async throws {
        try await withFolder { folder in
            let lease = try await writeBoth(folder, SQLiteStore.Settings(boot: { "first" }))
            let before = try await SQLiteStore.open(
                at: folder, settings: SQLiteStore.Settings(boot: { "first" })
            ).cursor()
            let store = try SQLiteStore.open(
                at: folder, settings: SQLiteStore.Settings(boot: { "second" }))
            #expect(try await store.read([Key()]).records.map(\.key) == [Key("a")])
            var watch = store.watch([Key()], from: before).makeAsyncIterator()
            #expect(try await watch.next()?.changes == [.removed(live)])
            // Revisions that were lost with the machine are not used again.
            #expect(try await store.cursor().revision > before.revision + (1 << 32))
            await #expect(throws: StoreError.leaseExpired(lease)) { try await store.renew(lease) }
        }
    }

    @Test func damageIsToldByName() async throws {
        try await withFolder { folder in
            try Folder.create(folder)
            let path = folder + "/teal.sqlite"
            try Data(repeating: 0x55, count: 8192).write(to: URL(fileURLWithPath: path))
            expectUnavailable(path) { _ = try SQLiteStore.open(at: folder) }
        }
    }

    @Test func aNewerFileIsLeftAlone() async throws {
        try await withFolder { folder in
            _ = try SQLiteStore.open(at: folder)
            var configuration = Configuration()
            configuration.busyMode = .timeout(60)
            let file = try DatabaseQueue(
                path: folder + "/teal.sqlite", configuration: configuration)
            try await file.write { try $0.execute(sql: "PRAGMA user_version = 99") }
            expectUnavailable("schema 99") { _ = try SQLiteStore.open(at: folder) }
        }
    }

    @Test func aFolderThatCannotBeIsNamed() async throws {
        expectUnavailable("/proc/none") { _ = try SQLiteStore.open(at: "/proc/none") }
    }

    @Test func aLockedFileIsWaitedForWithinBounds() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore.open(
                at: folder, settings: SQLiteStore.Settings(patienceMilliseconds: 20))
            let holder = try Holder(folder)
            await expectUnavailable("locked") { try await store.put(Key("a"), "x") }
            try holder.release()
            try await store.put(Key("a"), "x")
        }
    }

    @Test func aLeaseRenewedDuringAStallLives() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore.open(at: folder)
            let other = try SQLiteStore.open(at: folder)
            let granted = Boot.now()
            let lease = try await store.grantLease(milliseconds: 2000)
            try await store.put(live, "x", lease: lease)
            let holder = try Holder(folder)
            let renewal = Task { () -> (asked: Int64, isRenewed: Bool) in
                let asked = Boot.now()
                return (asked, (try? await store.renew(lease)) != nil)
            }
            // Long enough for both stores to have asked for the end of the lease, and to wait.
            try await until("the lease is overdue") { Boot.now() > granted + 3000 }
            try holder.release()
            let (asked, isRenewed) = await renewal.value
            // Else this machine was too busy to show anything.
            guard asked < granted + 1900 else { return }
            #expect(isRenewed)
            #expect(try await other.record(live) != nil)
        }
    }

    @Test func theLineOfWritersIsBounded() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore.open(at: folder)
            let holder = try Holder(folder)
            // One group is taken out of the line, the rest waits, and one is too many.
            let count = Committer.groupMax + Committer.waitingMax + 1
            let accepted = await withTaskGroup(of: Bool.self) { group in
                for number in 1...count {
                    group.addTask {
                        (try? await store.put(Key("k", "\(number)"), "x")) != nil
                    }
                }
                var accepted = 0
                var refused = 0
                for await isAccepted in group {
                    if isAccepted { accepted += 1 } else { refused += 1 }
                    // The first answer can only be a refusal: nothing was committed yet.
                    if refused == 1, accepted == 0 { try? holder.release() }
                }
                return accepted
            }
            #expect(accepted < count)
            #expect(accepted >= Committer.waitingMax)
            #expect(try await store.read([Key("k")]).records.count == accepted)
        }
    }

    @Test func aConflictInAGroupIsItsOwn() async throws {
        try await withFolder { folder in
            let store = try SQLiteStore.open(at: folder)
            let holder = try Holder(folder)
            let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
                for number in 1...40 {
                    let condition = Precondition.absent(Key("k", "\(number / 2)"))
                    let write = Write.put(Key("k", "\(number / 2)"), value: [], lease: nil)
                    group.addTask {
                        let transaction = Transaction([write], if: [condition])
                        return (number, (try? await store.commit(transaction)) != nil)
                    }
                }
                try? holder.release()
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for pair in 1...19 {
                // Of two that want one key to be absent, one is told of the conflict.
                #expect(outcomes[pair * 2] != outcomes[pair * 2 + 1])
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "mounting needs root"))
    func aFullDiskIsToldAndRecoveredFrom() async throws {
        let disk = try SmallDisk(megabytes: 4)
        defer { disk.remove() }
        let folder = disk.path + "/store"
        let store = try SQLiteStore.open(at: folder)
        try await store.put(Key("a"), "before")
        disk.fill()
        let value = [UInt8](repeating: 0x20, count: Limits.valueBytesMax)
        await expectUnavailable("full; free some space") {
            try await store.commit(Transaction([.put(Key("b"), value: value, lease: nil)]))
        }
        #expect(try await store.read([Key()]).records.map(\.text) == ["before"])
        disk.makeRoom()
        try await store.commit(Transaction([.put(Key("b"), value: value, lease: nil)]))
        #expect(try await store.record(Key("b"))?.value == value)
    }

    /// Leaves one durable record and one with the lease that is returned.
    private func writeBoth(
        _ folder: String, _ settings: SQLiteStore.Settings
    ) async throws -> LeaseID {
        let store = try SQLiteStore.open(at: folder, settings: settings)
        let lease = try await store.grantLease(milliseconds: 3_600_000)
        try await store.put(Key("a"), "x")
        try await store.put(live, "x", lease: lease)
        return lease
    }

    private func expectUnavailable(_ text: String, _ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self) { try body() }
        check(error, text)
    }

    private func expectUnavailable(_ text: String, _ body: () async throws -> Void) async {
        let error = await #expect(throws: StoreError.self) { try await body() }
        check(error, text)
    }

    private func check(_ error: StoreError?, _ text: String) {
        guard case .unavailable(let reason) = error else {
            Issue.record("\(String(describing: error)) instead of .unavailable")
            return
        }
        #expect(reason.contains(text))
    }
}

/// Another connection that has begun to write and does not go on.
private final class Holder {
    private let file: DatabaseQueue

    init(_ folder: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(60)
        file = try DatabaseQueue(path: folder + "/teal.sqlite", configuration: configuration)
        try file.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
    }

    func release() throws {
        try file.writeWithoutTransaction { try $0.rollback() }
    }
}

/// A file system of a few megabytes in memory.
private struct SmallDisk {
    let path = NSTemporaryDirectory() + "disk-" + UUID().uuidString

    static let isPossible: Bool = {
        guard let disk = try? SmallDisk(megabytes: 1) else { return false }
        disk.remove()
        return true
    }()

    init(megabytes: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw Unmet(what: "a mount")
        }
    }

    private var ballast: String { path + "/ballast" }

    /// Writes until nothing more fits.
    func fill() {
        _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: ballast) else { return }
        let block = Data(count: 4096)
        while (try? handle.write(contentsOf: block)) != nil {}
    }

    /// At once, even while a process that was started meanwhile has the file open.
    func makeRoom() {
        truncate(ballast, 0)
    }

    func remove() {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
