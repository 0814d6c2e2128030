import Model
import Store

/// What a control loop would see that had a defect: facts forged on their way to it.
extension Environment {
    func seen(_ snapshot: Snapshot) -> Snapshot {
        guard mutation != nil else { return snapshot }
        return Snapshot(records: snapshot.records.map(forged), cursor: snapshot.cursor)
    }

    func seen(_ batch: Batch) -> Batch {
        guard mutation != nil else { return batch }
        let changes = batch.changes.map { change in
            guard case .put(let record) = change else { return change }
            return .put(forged(record))
        }
        return Batch(changes: changes, cursor: batch.cursor)
    }

    private func forged(_ record: Record) -> Record {
        if record.key.lies(in: .liveBalancers), var report = try? record.decode(BalancerReport.self)
        {
            forge(&report)
            return record.carrying(report)
        }
        guard mutation == .forgetsNamesAtOnce, record.key.lies(in: .liveNameservers),
            var report = try? record.decode(NameserverReport.self)
        else { return record }
        report.appliedRevision = .max
        return record.carrying(report)
    }

    private func forge(_ report: inout BalancerReport) {
        switch mutation {
        case .ignoresTheBarrier: report.appliedGeneration = .max
        case .skipsTheDrain: report.inFlight = [:]
        case .skipsTheWarmUp:
            for target in report.health.keys {
                report.health[target] = TargetHealth(state: .healthy)
            }
        default: break
        }
    }
}

extension Record {
    fileprivate func carrying(_ value: some Encodable) -> Record {
        guard let bytes = try? Encoding.bytes(of: value, at: key) else { return self }
        return Record(key: key, value: bytes, version: version)
    }
}
