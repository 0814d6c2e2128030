/// The only bus between Teal's parts: four verbs over JSON records under readable keys.
///
/// Promises, held by every implementation (`StoreTests` runs one suite over all of them):
///
/// 1. **Atomic.** A commit's writes become visible all together, or it throws and none do.
/// 2. **Conditional.** A commit whose precondition no longer holds throws `.conflict` naming the
///    key, and changes nothing.
/// 3. **Durable.** When a commit of durable keys has returned, a kill -9 of every process or a loss
///    of power does not undo it.
/// 4. **Linearizable.** A read sees every commit that returned before the read began, by any
///    process.
/// 5. **Complete watches.** A watch from a snapshot's cursor delivers every later commit, whole, in
///    order and once, or ends with `.compacted`; a process that restarts may resume from a cursor
///    that it saved. Several commits may arrive in one batch; where they touch one key, only its
///    last change need be in it.
/// 6. **Prompt.** A watch in any process is woken by the commit, not by a tick.
/// 7. **Versions.** A key's version changes with every write of it and is never reused, not even
///    after a removal.
/// 8. **Leases.** Records bound to a lease are removed, and watches told, when it is revoked or has
///    not been renewed for its time to live. Never earlier; at most a second later.
/// 9. **Bounds.** A value over `Limits.valueBytesMax`, or a transaction over `Limits.writesMax` or
///    `Limits.transactionBytesMax`, is refused with `.tooLarge`.
package protocol Store: Sendable {
    /// All records at or below any of `folders`, sorted by key, as of one moment.
    func read(_ folders: [Key]) async throws(StoreError) -> Snapshot

    /// Applies `transaction` and returns the cursor just after it.
    @discardableResult
    func commit(_ transaction: Transaction) async throws(StoreError) -> Cursor

    /// Every change at or below any of `folders` after `cursor`.
    func watch(_ folders: [Key], from cursor: Cursor) -> Watch

    /// A new lease that lives `milliseconds` from each renewal.
    func grantLease(milliseconds: Int64) async throws(StoreError) -> LeaseID

    /// Throws `.leaseExpired` when it is too late.
    func renew(_ lease: LeaseID) async throws(StoreError)

    /// Removes the records bound to `lease` at once. Revoking a lease that is gone is no error.
    func revoke(_ lease: LeaseID) async throws(StoreError)
}

/// An ordered stream of batches; it ends by throwing a `StoreError`, or when its task is cancelled.
package typealias Watch = AsyncThrowingStream<Batch, any Error>

package enum StoreError: Error, Hashable, Sendable {
    /// A precondition on this key no longer holds: read again and decide again.
    case conflict(Key)
    case leaseExpired(LeaseID)
    /// The history since the cursor is gone: read a snapshot and watch from there.
    case compacted
    case tooLarge(Key, bytes: Int)
    /// The transaction is malformed; this is a defect of the caller.
    case invalid(String)
    /// The record at this key is not what its reader expects.
    case malformed(Key, String)
    /// The disk, the file or the server failed. Whether a commit happened is unknown.
    case unavailable(String)
}

package enum Limits {
    /// etcd takes requests of 1.5 MB; a record of a megabyte leaves room for the rest.
    package static let valueBytesMax = 1 << 20
    /// Of writes in a transaction, and of preconditions.
    package static let writesMax = 4096
    /// Of all values in a transaction.
    package static let transactionBytesMax = 16 << 20
    package static let keyBytesMax = 1024
}
