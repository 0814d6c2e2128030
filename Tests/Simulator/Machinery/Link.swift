import Store

/// One program's way to the store, with all that can befall it there.
final class Link {
    /// Nothing gets through in either direction.
    var isCut = false
    /// Whether it loses neither commits nor replies.
    var isReliable = false

    private let name: String
    private unowned let environment: Environment
    private var subscriptions: [Subscription] = []

    init(of name: String, in environment: Environment) {
        self.name = name
        self.environment = environment
    }

    func read(_ folders: [Key]) throws(StoreError) -> Snapshot {
        try insistOnContact()
        return try environment.store.read(folders)
    }

    func changes(in folders: [Key], after cursor: Cursor) throws(StoreError) -> Batch {
        try insistOnContact()
        return try environment.store.changes(in: folders, after: cursor)
    }

    @discardableResult
    func commit(_ transaction: Transaction) throws(StoreError) -> Cursor {
        try insistOnContact()
        if !isReliable, environment.strikes(.commitsAreLost, percent: 3) {
            throw .unavailable("the commit was lost")
        }
        let cursor = try environment.commit(transaction, by: name)
        if !isReliable, environment.strikes(.repliesAreLost, percent: 3) {
            throw .unavailable("the reply was lost")
        }
        return cursor
    }

    func grantLease(milliseconds: Int64) throws(StoreError) -> LeaseID {
        try insistOnContact()
        return try environment.store.grantLease(milliseconds: milliseconds)
    }

    func renew(_ lease: LeaseID) throws(StoreError) {
        try insistOnContact()
        try environment.store.renew(lease)
    }

    func revoke(_ lease: LeaseID) throws(StoreError) {
        try insistOnContact()
        try environment.revoke(lease, by: name)
    }

    func open(_ subscription: Subscription) {
        subscriptions.append(subscription)
        environment.subscribe(subscription)
        subscription.arrange()
    }

    /// Its program is dead.
    func close() {
        for subscription in subscriptions {
            subscription.close()
            environment.unsubscribe(subscription)
        }
        subscriptions = []
    }

    private func insistOnContact() throws(StoreError) {
        if isCut { throw .unavailable("no contact") }
    }
}
