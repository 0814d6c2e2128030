import Store

/// A lease and its keeper's own view of it.
///
/// The keeper counts from when it sent the last renewal that was answered, so it gives up before
/// the store does.
final class LeaseHold {
    private(set) var lease: LeaseID?
    private unowned let program: Program
    private let milliseconds: Int64
    /// Called with every new lease, what was bound to the old one being gone; and with one that
    /// was renewed after its keeper had given it up.
    private let onGrant: (LeaseID) -> Void
    private var deadline: Int64 = -1

    init(
        of program: Program, milliseconds: Int64, onGrant: @escaping (LeaseID) -> Void = { _ in }
    ) {
        self.program = program
        self.milliseconds = milliseconds
        self.onGrant = onGrant
    }

    var isHeld: Bool { lease != nil && program.environment.now < deadline }

    func keep() {
        let sent = program.environment.now
        program.after(program.environment.delay()) { [self] in
            attempt(sentAt: sent)
            program.after(milliseconds / 4) { [self] in keep() }
        }
    }

    func forget() {
        lease = nil
        deadline = -1
    }

    private func renewed() throws(StoreError) -> LeaseID {
        if let lease {
            try program.link.renew(lease)
            return lease
        }
        let granted = try program.link.grantLease(milliseconds: milliseconds)
        lease = granted
        return granted
    }

    private func attempt(sentAt sent: Int64) {
        do {
            let wasHeld = isHeld
            let current = try renewed()
            deadline = sent + milliseconds
            if !wasHeld { onGrant(current) }
        } catch {
            // A lease that is gone is replaced; anything else may pass before its time is over.
            guard case .leaseExpired = error else { return }
            forget()
            attempt(sentAt: program.environment.now)
        }
    }
}
