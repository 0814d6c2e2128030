internal import Loop
internal import Model
internal import Routing

/// Clients that stay with their targets, or their target groups, by a cookie.
extension Worker {
    /// Browsers forget the cookie after so long, whatever its own duration (ALB's seven days).
    static let cookieAgeSeconds = 7 * 86_400

    /// The target that the request's cookie names, if it may have the request; one that drains, is
    /// unhealthy or has left may not, and its client gets another.
    func pinned(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, in group: Ref<GroupSlot>
    ) -> Ref<TargetSlot>? {
        let text = cookie(of: head, bytes, group.pointee.stickiness.application)
        let now = UInt64(hot.pointee.date.epochSeconds)
        guard let text,
            let cookie = StickyCookie(text, key: group.pointee.stickiness.key, now: now),
            let index = group.pointee.stickiness.places[cookie.choice]
        else { return nil }
        let target = group.pointee.targets[index]
        guard target.pointee.weight > 0 else { return nil }
        return target.pointee.isHealthy || group.pointee.rotation.isOpen ? target : nil
    }

    private func cookie(
        of head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ application: PlainText?
    ) -> UnsafeRawBufferPointer? {
        let fields = fieldsOf(head.fieldCount)
        guard let application else {
            return head.cookie("AWSALB", fields: fields, bytes: bytes)
                ?? head.cookie("AWSALBCORS", fields: fields, bytes: bytes)
        }
        // Who has lost the application's cookie has no session with that target any more.
        guard head.cookie(application.bytes, fields: fields, bytes: bytes) != nil else {
            return nil
        }
        return head.cookie("AWSALBAPP-0", fields: fields, bytes: bytes)
    }

    /// The fields that tell the client to stay with the target that answered it, and with its
    /// target group; every response renews them.
    func stickyFields(
        _ head: ResponseHead, _ bytes: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>
    ) -> UnsafeRawBufferPointer {
        let now = hot.pointee.date.epochSeconds
        if cookieDate.second != now {
            cookieDate.text.deallocate()
            cookieDate = (now, PlainText(DateField.text(of: Int(now) + Worker.cookieAgeSeconds)))
        }
        var writer = ByteWriter(cookieFields, capacity: StickyCookie.fieldsBytesMax)
        let target = exchange.pointee.target
        let stickiness = target.pointee.group.pointee.stickiness
        if stickiness.isOn, keeps(head, bytes, exchange, stickiness.application) {
            let cookie = StickyCookie(
                choice: target.pointee.cookieName, expiry: UInt64(now) + stickiness.seconds,
                key: stickiness.key)
            cookie.writeFields(
                stickiness.application == nil ? .target : .session, to: &writer,
                expires: cookieDate.text.bytes)
        }
        exchange.pointee.groupCookie?.writeFields(
            .targetGroup, to: &writer, expires: cookieDate.text.bytes)
        return UnsafeRawBufferPointer(start: cookieFields, count: writer.count)
    }

    /// Whether the client stays with the target from this response on: an application says so by
    /// setting its own cookie, and need not say it again.
    private func keeps(
        _ head: ResponseHead, _ bytes: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>,
        _ application: PlainText?
    ) -> Bool {
        let isKept = exchange.pointee.pin == exchange.pointee.target.pointee.cookieName
        guard let application, !isKept else { return true }
        return head.sets(
            cookie: application.bytes, fields: fieldsOf(head.fieldCount), bytes: bytes)
    }

    /// Forwards to the group that holds the client's place on the scale of the weights; who has
    /// none gets one by chance.
    ///
    /// A cookie holds the place, not the group: a shift of the weights moves as many clients as it
    /// says, and nobody stays with a group that has no weight.
    func forwardInPlace(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>,
        by plan: ForwardPlan, _ slot: ActionSlot
    ) -> Int {
        let fields = fieldsOf(head.fieldCount)
        let now = UInt64(hot.pointee.date.epochSeconds)
        let key = slot.groups[plan.shares[0].group]?.pointee.stickiness.key ?? cookieKey
        let text =
            head.cookie("AWSALBTG", fields: fields, bytes: bytes)
            ?? head.cookie("AWSALBTGCORS", fields: fields, bytes: bytes)
        let known = text.flatMap { StickyCookie($0, key: key, now: now) }
        let place = known?.choice ?? hot.pointee.generator.next()
        let turn = plan.group(holding: place)
        let used = forward(head, bytes, client, to: turn, by: plan, slot)
        client.pointee.exchange?.pointee.groupCookie = StickyCookie(
            choice: place, expiry: now + plan.stickySeconds, key: key)
        return used
    }

    /// Names the group's targets for their cookies.
    func nameTargets(of group: Ref<GroupSlot>) {
        group.pointee.stickiness.places = [:]
        guard group.pointee.stickiness.isOn else { return }
        for (index, target) in group.pointee.targets.enumerated() {
            let name = StickyCookie.name(
                of: target.pointee.key.target.id.text, in: group.pointee.name.text,
                key: group.pointee.stickiness.key)
            target.pointee.cookieName = name
            group.pointee.stickiness.places[name] = index
        }
    }
}
