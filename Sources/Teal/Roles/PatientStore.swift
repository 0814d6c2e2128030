import Foundation
import Logging
import Store

/// A store that is opened in the background, however long that takes.
///
/// The edge serves from its saved snapshots at once; a store whose disk is full or whose file is
/// held must not keep it from that. Calls wait until the store is open.
final class PatientStore: Store {
    private static let retry = Duration.seconds(1)

    private let opening: Task<any Store, Never>

    init(logger: Logger, open: @escaping @Sendable () throws -> any Store) {
        opening = Task.detached {
            while true {
                do {
                    return try open()
                } catch {
                    logger.error("the store can't be opened; trying again: \(error)")
                    try? await Task.sleep(for: PatientStore.retry)
                }
            }
        }
    }

    func read(_ folders: [Key]) async throws(StoreError) -> Snapshot {
        try await opening.value.read(folders)
    }

    func commit(_ transaction: Transaction) async throws(StoreError) -> Cursor {
        try await opening.value.commit(transaction)
    }

    func watch(_ folders: [Key], from cursor: Cursor) -> Watch {
        Watch { continuation in
            let relay = Task { [opening] in
                do {
                    for try await batch in await opening.value.watch(folders, from: cursor) {
                        continuation.yield(batch)
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in relay.cancel() }
        }
    }

    func grantLease(milliseconds: Int64) async throws(StoreError) -> LeaseID {
        try await opening.value.grantLease(milliseconds: milliseconds)
    }

    func renew(_ lease: LeaseID) async throws(StoreError) {
        try await opening.value.renew(lease)
    }

    func revoke(_ lease: LeaseID) async throws(StoreError) {
        try await opening.value.revoke(lease)
    }
}
