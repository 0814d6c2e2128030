import Loop
import Naming

/// The probes that are under way, on the thread that they live on.
final class ProbeRunner {
    private let loop: Loop
    private var exchanges: [Int: ProbeExchange] = [:]
    private var sequence = 0

    init(loop: Loop) {
        self.loop = loop
    }

    func probe(_ target: ProbeTarget, _ completion: @escaping (Bool) -> Void) {
        sequence += 1
        let number = sequence
        var isOver = false
        let exchange = ProbeExchange(on: loop, probing: target) { [unowned self] passed in
            isOver = true
            exchanges[number] = nil
            completion(passed)
        }
        if !isOver { exchanges[number] = exchange }
    }
}
