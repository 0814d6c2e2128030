import Logging
import Model
import Planning
import Store

/// The store as this process knows it: the world for planning, and each record's version for the
/// conditions of a commit. It changes only by what a snapshot or a watch delivers.
struct Mirror {
    private(set) var world: World
    private(set) var versions: [Key: UInt64] = [:]
    private(set) var leader: Leader?
    private(set) var published = PublishedParts()
    private var records: [Key: WorldRecord] = [:]
    private let logger: Logger

    static let folders = WorldRecord.folders + PublishedParts.folders

    init(of snapshot: Snapshot, at now: Instant, logger: Logger) {
        world = World(observingSince: now)
        self.logger = logger
        for record in snapshot.records { put(record, at: now) }
        assemble()
    }

    mutating func observe(_ changes: [Change], at now: Instant) {
        for change in changes {
            switch change {
            case .put(let record): put(record, at: now)
            case .removed(let key): remove(key, at: now)
            }
        }
        assemble()
    }

    private mutating func put(_ record: Record, at now: Instant) {
        versions[record.key] = record.version
        do {
            if try published.put(record) { return }
            guard let noun = try WorldRecord(record) else { return }
            // A report replaced by its successor is no absence; whatever else a key holds may name
            // something new.
            records[record.key] = noun
            noun.enter(&world, at: now)
            if case .leader(let leader) = noun { self.leader = leader }
        } catch {
            // What cannot be read is left as it was last understood, and never acted on as absent.
            logger.error("A record can't be read and is ignored.", metadata: ["error": "\(error)"])
        }
    }

    private mutating func remove(_ key: Key, at now: Instant) {
        versions[key] = nil
        published.remove(key)
        if key == .leader { leader = nil }
        records.removeValue(forKey: key)?.leave(&world, at: now)
    }

    private mutating func assemble() {
        for (name, configuration) in published.assembleChanged() {
            world.configurations[name] = configuration
        }
    }
}
