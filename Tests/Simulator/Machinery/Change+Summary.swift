import Model
import Store

/// What a change comes to, in a few words, for the trace.
extension Change {
    var summary: String {
        guard case .put(let record) = self else { return "- \(key)" }
        let detail = try? record.gist
        return detail.map { "+ \(key) \($0)" } ?? "+ \(key)"
    }
}

extension Record {
    fileprivate var gist: String {
        get throws {
            let parts = key.path.split(separator: "/")
            switch parts[0] {
            case "services": return try decode(Service.self).gist
            case "deployments": return try decode(ServiceDeployment.self).gist
            case "tasks": return try decode(Task.self).gist
            case "taskstates": return try decode(TaskState.self).lastStatus.rawValue
            case "history": return "\"\(try decode(HistoryEntry.self).message)\""
            case "generations":
                let generation = try decode(Generation.self)
                return "\(generation.number) of term \(generation.term)"
            case "directory":
                return "\(try decode(DirectoryEntry.self).instances.map(\.id))"
            case "parts", "rules", "events": return ""
            case "live" where parts[1] == "balancers": return try decode(BalancerReport.self).gist
            default: return String(decoding: value, as: UTF8.self)
            }
        }
    }
}

extension Service {
    fileprivate var gist: String {
        "desires \(desiredCount), production \(productionRevision?.text ?? "-")"
            + (usesAlternate ? ", alternate" : "")
    }
}

extension ServiceDeployment {
    fileprivate var gist: String {
        let words: [String?] = [
            status.rawValue, stage?.rawValue, "\(productionWeight)", "\(generations.values)",
            want.map { "wants \($0.kind.rawValue): \($0.reason)" },
            stopIntentBlue ? "stops blue" : nil, stopIntentGreen ? "stops green" : nil,
            bakeAccruedMilliseconds > 0 ? "baked \(bakeAccruedMilliseconds)" : nil,
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }
}

extension Task {
    fileprivate var gist: String {
        let leaving = retirement.map { retirement in
            " leaves (\(retirement.reason)) without \(retirement.generations.values)"
                + (retirement.drainDeadline.map { ", drains until \($0)" } ?? "")
                + (retirement.nameForgottenAt.map { ", forgotten at \($0)" } ?? "")
        }
        return "\(desiredStatus.rawValue) revision \(revision?.text ?? "-") slot \(slot).\(attempt)"
            + " on \(containerInstance?.text ?? "-")" + (leaving ?? "")
    }
}

extension BalancerReport {
    fileprivate var gist: String {
        let states = health.sorted { $0.key < $1.key }.map {
            "\($0.key.text.prefix(6)) \($0.value.state)"
        }
        let flights = inFlight.sorted { $0.key < $1.key }.map {
            "\($0.key.text.prefix(6)) \($0.value)"
        }
        return "\(incarnation):\(appliedGeneration)\(fenced ? " fenced" : "") \(states) \(flights)"
    }
}
