internal import Loop
internal import Routing

/// What the access log is told. Each of these returns at once when there is none.
extension Worker {
    /// A request begins, with a head or, when that could not be read, without.
    func note(
        _ head: RequestHead?, _ bytes: UnsafeRawBufferPointer, _ client: Ref<Client>
    ) {
        guard let log else { return }
        let record = AccessRecord(startedAt: loop.microseconds, clientPort: client.pointee.port)
        let note = notes.make(AccessNote(record))
        client.pointee.note = note
        guard let head else { return }
        let port = client.pointee.listener.pointee.port
        note.pointee.append(head, bytes, at: port, log.format, blocks)
    }

    /// The rule at `index` takes the request; the one after the last is the default action.
    func note(rule index: Int, _ client: Ref<Client>) {
        guard let note = client.pointee.note else { return }
        let priorities = client.pointee.listener.pointee.compiled.priorities
        note.pointee.record.priority = index < priorities.count ? Int32(priorities[index]) : 0
    }

    /// The request is given to a target, the first one or another.
    func noteDispatch(_ exchange: Ref<Exchange>) {
        guard let note = exchange.pointee.client.pointee.note else { return }
        note.pointee.record.dispatchedAt = loop.microseconds
        note.pointee.record.action = .forward
    }

    func note(trace: TraceID, _ client: Ref<Client>) {
        client.pointee.note?.pointee.record.trace = trace
    }

    /// A response's final head has come from the target.
    func note(targetStatus status: Int, _ exchange: Ref<Exchange>) {
        guard let note = exchange.pointee.client.pointee.note else { return }
        note.pointee.record.answeredAt = loop.microseconds
        note.pointee.record.targetStatus = UInt16(truncatingIfNeeded: status)
        note.pointee.record.status = UInt16(truncatingIfNeeded: status)
    }

    /// The target is let go; from now on it may not be there any more.
    func noteTarget(_ exchange: Ref<Exchange>) {
        guard let note = exchange.pointee.client.pointee.note else { return }
        guard note.pointee.record.dispatchedAt >= 0 else { return }
        let target = exchange.pointee.target
        note.pointee.append(.target, plain: target.pointee.place.bytes, blocks)
        note.pointee.append(.targetGroup, plain: target.pointee.group.pointee.arn.bytes, blocks)
    }

    /// We answer ourselves.
    func note(status: Int, _ client: Ref<Client>) {
        client.pointee.note?.pointee.record.status = UInt16(truncatingIfNeeded: status)
    }

    /// We answer because of this.
    func note(_ failure: Failure, _ client: Ref<Client>) {
        client.pointee.listener.pointee.outcomes.count(failure)
        client.pointee.note?.pointee.record.failure = failure
    }

    func note(_ action: AccessRecord.Action, _ client: Ref<Client>) {
        client.pointee.note?.pointee.record.action = action
    }

    func note(location: [UInt8], _ client: Ref<Client>) {
        guard let note = client.pointee.note, let log else { return }
        note.pointee.record.action = .redirect
        location.withUnsafeBytes { note.pointee.append(.location, $0, log.format, blocks) }
    }

    func note(received count: Int, _ client: Ref<Client>) {
        client.pointee.note?.pointee.record.receivedBytes &+= count
    }

    func note(sent count: Int, _ client: Ref<Client>) {
        client.pointee.note?.pointee.record.sentBytes &+= count
    }

    /// The request has ended, well or not: its line goes on its way.
    func logRequest(_ client: Ref<Client>) {
        guard let note = client.pointee.note, let log else { return }
        client.pointee.note = nil
        note.pointee.record.endedAt = loop.microseconds
        if note.pointee.record.status == 0 {
            note.pointee.record.status = AccessRecord.clientGoneStatus
        }
        log.write(note, from: client.pointee.address)
        note.pointee.clear(blocks)
        notes.retire(note)
    }
}
