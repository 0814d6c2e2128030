import Model
import Proxy

/// What somebody asks of one target of a stand-alone balancer, as it goes over its control socket.
struct TargetChange: Equatable, Sendable {
    /// `GROUP/TARGET`, or a target in all groups that have it.
    let group: TargetGroupName?
    let target: TargetID
    /// In percent of a full share; 0 drains.
    let weight: Int

    private static let verb = "weigh"

    init(_ name: String, weight: Int) {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        group = parts.count == 2 ? TargetGroupName(parts[0]) : nil
        target = TargetID(parts.last ?? name)
        self.weight = weight
    }

    /// `weigh 25 blue/127.0.0.1:9001`
    init?(message: String) {
        let words = message.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, words[0] == TargetChange.verb, let weight = Int(words[1]),
            TargetWeight.range.contains(weight)
        else { return nil }
        self.init(words[2], weight: weight)
    }

    var message: String {
        let name = [group?.text, target.text].compactMap(\.self).joined(separator: "/")
        return "\(TargetChange.verb) \(weight) \(name)"
    }
}
