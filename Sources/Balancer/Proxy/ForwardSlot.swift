/// A forward action among several target groups as one worker knows it: where its requests may go
/// when the group that was chosen fails them.
///
/// It outlives its configuration as long as a request is on its way by it.
struct ForwardSlot {
    /// A group that the action names, also when its weight is zero.
    struct Branch {
        let group: Ref<GroupSlot>
        /// The number of the youngest target that had a share of this action's requests. No other
        /// gets any that was meant for another group: a revision that waits for its first request
        /// goes on waiting, and one that had all of them a moment ago stands by.
        var trusted: UInt64
    }

    /// In the action's order.
    let branches: [Branch]
    /// Requests that refer to it.
    var users = 0
    var isLeaving = false
}
