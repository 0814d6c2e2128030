extension Transaction {
    /// Throws `.invalid` or `.tooLarge` for what no store would take, whatever it holds.
    ///
    /// Every implementation calls this first, so that they refuse the same things.
    package func validate() throws(StoreError) {
        try validateSize()
        for key in preconditions.map(\.key) + writes.map(\.key) where !key.isWellFormed {
            throw .invalid(
                "The key \"\(key)\" must be parts of printable ASCII, each after a slash, and at "
                    + "most \(Limits.keyBytesMax) bytes.")
        }
        var written: Set<Key> = []
        for write in writes {
            guard written.insert(write.key).inserted else {
                throw .invalid("The key \(write.key) is written twice in one transaction.")
            }
            try write.validateLease()
        }
        if let first = writes.first?.key,
            let other = writes.first(where: { $0.key.isLive != first.isLive })?.key
        {
            throw .invalid(
                "\(first) and \(other) cannot share a transaction: one is durable, one is not.")
        }
    }

    /// Of all values.
    package var bytes: Int {
        writes.reduce(0) { sum, write in
            guard case .put(_, let value, _) = write else { return sum }
            return sum + value.count
        }
    }

    private func validateSize() throws(StoreError) {
        var bytes = 0
        for case .put(let key, let value, _) in writes {
            bytes += value.count
            guard value.count <= Limits.valueBytesMax else {
                throw .tooLarge(key, bytes: value.count)
            }
            guard bytes <= Limits.transactionBytesMax else { throw .tooLarge(key, bytes: bytes) }
        }
        if writes.count > Limits.writesMax {
            throw .tooLarge(writes[Limits.writesMax].key, bytes: bytes)
        }
        if preconditions.count > Limits.writesMax {
            throw .tooLarge(preconditions[Limits.writesMax].key, bytes: bytes)
        }
    }
}

extension Write {
    fileprivate func validateLease() throws(StoreError) {
        guard case .put(let key, _, let lease) = self, key.isLive != (lease != nil) else { return }
        throw .invalid(
            key.isLive
                ? "\(key) needs a lease, as every key under /live/ does."
                : "\(key) cannot have a lease: it does not lie under /live/.")
    }
}
