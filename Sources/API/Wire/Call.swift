package import Model
package import Store

/// What an operation has to work with: the store, the time, and who asks.
package struct Call: Sendable {
    package let store: any Store
    package let realm: Realm
    package let now: Instant

    package init(store: any Store, realm: Realm, now: Instant) {
        self.store = store
        self.realm = realm
        self.now = now
    }

    /// The caller, as ECS writes it into `createdBy`: there is one key pair, and it is root's.
    var caller: String { "arn:aws:iam::\(realm.account):root" }

    /// A source of identifiers that no one can foresee.
    func generator() -> Generator {
        var system = SystemRandomNumberGenerator()
        return Generator(seed: system.next())
    }
}
