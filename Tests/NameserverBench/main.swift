import Glibc
import Logging
import Model
import Nameserver
import Naming
import SQLiteStore
import Store

// A name server on a store of its own, for measuring:
// nameserver-bench --data FOLDER [--listen PORT] [--names N] [--instances N] [--changes N]
// It answers service-0.default.teal to service-N. With changes it commits so many, one after the
// other and as another process would, and says how long each took to be answered.

struct Flags {
    var data = ""
    var listen: UInt16 = 8053
    var names = 1000
    var instances = 3
    var changes = 0

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            if flag == "--data" {
                data = value
                continue
            }
            guard let number = Int(value), number >= 0 else { return nil }
            switch flag {
            case "--listen":
                guard let port = UInt16(exactly: number) else { return nil }
                listen = port
            case "--names": names = number
            case "--instances": instances = number
            case "--changes": changes = number
            default: return nil
            }
        }
        guard !data.isEmpty else { return nil }
    }

    /// Service `index` with its instances, each at an address of its own; `change` moves all of
    /// them to others.
    func entry(_ index: Int, change: Int = 0) -> DirectoryEntry {
        DirectoryEntry(
            service: Identifier("service-\(index)"), namespace: "default", ttlSeconds: 5,
            instances: (0..<instances).map { instance in
                let number = (change * names + index) * instances + instance
                let address = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
                return DirectoryInstance(id: "task-\(instance)", address: address, port: 8080)
            })
    }
}

/// Writes per commit: what the store takes in one.
let writesPerCommit = 100

func publish(_ flags: Flags, in store: any Store) async throws {
    let namespace = Namespace(name: "default", createdAt: .zero)
    try await store.commit(Transaction([try .put(.namespace("default"), namespace)]))
    for start in stride(from: 0, to: flags.names, by: writesPerCommit) {
        let writes = try (start..<min(start + writesPerCommit, flags.names)).map { index in
            let entry = flags.entry(index)
            return try Write.put(.directory(entry.service, in: entry.namespace), entry)
        }
        try await store.commit(Transaction(writes))
    }
}

/// Microseconds from a commit's return to the first answer that shows it.
func measureChange(
    to entry: DirectoryEntry, in store: any Store, asking client: DNSClient
) async throws -> Int {
    let name = try DNSName("\(entry.service).\(entry.namespace).teal")
    let addresses = Set(entry.instances.map(\.address))
    try await store.commit(
        Transaction([try .put(.directory(entry.service, in: entry.namespace), entry)]))
    let start = ContinuousClock.now
    while true {
        let answers = try client.resolve(name, .a).answers.map(\.data.description)
        if Set(answers) == addresses { break }
        // A poll: who asks without pause takes a processor from those whose work is measured.
        try await _Concurrency.Task.sleep(for: .microseconds(250))
    }
    return Int((ContinuousClock.now - start) / .microseconds(1))
}

func measureChanges(_ flags: Flags, in store: any Store) async throws {
    let client = try DNSClient(server: "127.0.0.1", port: flags.listen)
    var microseconds: [Int] = []
    for change in 1...max(1, flags.changes) {
        let entry = flags.entry(0, change: change)
        microseconds.append(try await measureChange(to: entry, in: store, asking: client))
    }
    microseconds.sort()
    let p99 = microseconds[microseconds.count * 99 / 100]
    print("changed \(flags.changes) p50 \(microseconds[microseconds.count / 2]) p99 \(p99)")
    fflush(nil)
}

func serve(_ flags: Flags) async throws {
    let path = flags.data + "/store.db"
    try await publish(flags, in: try SQLiteStore.open(at: path))
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    let nameserver = Nameserver(
        options: NameserverOptions(id: "bench", address: "127.0.0.1", port: flags.listen),
        store: try SQLiteStore.open(at: path), logger: logger)
    try nameserver.start()
    print("listening on 127.0.0.1:\(flags.listen)")
    fflush(nil)
    let following = _Concurrency.Task { await nameserver.run() }
    if flags.changes > 0 { try await measureChanges(flags, in: try SQLiteStore.open(at: path)) }
    await following.value
}

guard let flags = Flags(Array(CommandLine.arguments.dropFirst())) else {
    print(
        "usage: nameserver-bench --data FOLDER [--listen PORT] [--names N] [--instances N]"
            + " [--changes N]")
    exit(2)
}
// Not at top level: an asynchronous main ends the first thread, which callgrind does not survive.
_Concurrency.Task.detached {
    do {
        try await serve(flags)
    } catch {
        print("nameserver-bench: \(error)")
        exit(1)
    }
}
while true { pause() }
