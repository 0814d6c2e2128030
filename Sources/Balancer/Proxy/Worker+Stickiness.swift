internal import Loop
internal import Model
internal import Routing

/// Clients that stay with their targets by a cookie (ALB's `lb_cookie`).
extension Worker {
    /// Browsers forget the cookie after so long, whatever its own duration (ALB's seven days).
    static let cookieAgeSeconds = 7 * 86_400

    /// The target that the request's cookie names, if it may have the request; one that drains, is
    /// unhealthy or has left may not, and its client gets another.
    func pinned(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, in group: Ref<GroupSlot>
    ) -> Ref<TargetSlot>? {
        let fields = fieldsOf(head.fieldCount)
        let text =
            head.cookie("AWSALB", fields: fields, bytes: bytes)
            ?? head.cookie("AWSALBCORS", fields: fields, bytes: bytes)
        let now = UInt64(hot.pointee.date.epochSeconds)
        guard let text,
            let cookie = StickyCookie(text, key: group.pointee.stickiness.key, now: now),
            let index = group.pointee.stickiness.places[cookie.target]
        else { return nil }
        let target = group.pointee.targets[index]
        guard target.pointee.weight > 0 else { return nil }
        return target.pointee.isHealthy || group.pointee.rotation.isOpen ? target : nil
    }

    /// The fields that tell the client to stay with the target that answered it; every response
    /// renews them.
    func stickyFields(_ target: Ref<TargetSlot>) -> UnsafeRawBufferPointer {
        let stickiness = target.pointee.group.pointee.stickiness
        let now = hot.pointee.date.epochSeconds
        let cookie = StickyCookie(
            target: target.pointee.cookieName, expiry: UInt64(now) + stickiness.seconds,
            key: stickiness.key)
        if cookieDate.second != now {
            cookieDate.text.deallocate()
            cookieDate = (now, PlainText(DateField.text(of: Int(now) + Worker.cookieAgeSeconds)))
        }
        var writer = ByteWriter(cookieFields, capacity: StickyCookie.fieldsBytesMax)
        cookie.writeFields(to: &writer, expires: cookieDate.text.bytes)
        return UnsafeRawBufferPointer(start: cookieFields, count: writer.count)
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
