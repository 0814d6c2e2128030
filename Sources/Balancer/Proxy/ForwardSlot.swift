/// A forward action that names several target groups, as one worker knows it: where its requests
/// may go when the group that was chosen fails them, and who gets copies of them.
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

    struct Mirror {
        let group: Ref<GroupSlot>
        let threshold: UInt64
    }

    /// In the action's order; none where no other group may take over.
    let branches: [Branch]
    /// Who gets copies of its requests.
    let mirror: Mirror?
    /// Requests that refer to it.
    var users = 0
    var isLeaving = false

    /// All that it refers to.
    var groups: [Ref<GroupSlot>] { branches.map(\.group) + [mirror?.group].compactMap(\.self) }
}
