import Expressions
import Model
import Routing

extension ConfigurationPlan {
    /// Compiles what balancers will be given, by the very code that they run.
    func checkRouting() throws(FieldError) {
        for balancer in inventory.loadBalancers.values.keys.sorted() {
            let configuration = configuration(of: balancer)
            do throws(ConfigurationDefect) {
                _ = try RoutingTable(configuration, expressions: .linear)
            } catch {
                throw FieldError(place(of: error.field), error.problem)
            }
        }
        try checkPorts()
    }

    /// What a balancer of that name would be given, without targets.
    func configuration(of balancer: LoadBalancerName) -> LoadBalancerConfiguration {
        LoadBalancerConfiguration(
            loadBalancer: balancer, generation: 1, listeners: listeners(of: balancer),
            targetGroups: inventory.targetGroups.values.values.sorted { $0.name < $1.name })
    }

    private func listeners(of balancer: LoadBalancerName) -> [Listener] {
        inventory.listeners.values.values.filter { $0.loadBalancer == balancer }
            .sorted { $0.name < $1.name }.map { listener in
                var listener = listener
                listener.rules = inventory.rules.values.values
                    .filter { $0.listener == listener.name }
                    .sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
                return listener
            }
    }

    /// Balancers of different names may share a machine, so ports are unique among all of them.
    private func checkPorts() throws(FieldError) {
        var taken: [UInt16: ListenerName] = [:]
        for listener in inventory.listeners.values.values.sorted(by: { $0.name < $1.name }) {
            if let other = taken[listener.port],
                inventory.listeners[other]?.address == listener.address
            {
                let place =
                    places["listeners[\(listener.name)]"]
                    ?? places["listeners[\(other)]"] ?? "load_balancers"
                throw FieldError(
                    "\(place).port", "listeners \(other) and \(listener.name) have the same one")
            }
            taken[listener.port] = listener.name
        }
    }

    /// Where the file says what is wrong at `field`: the place of the longest beginning that has
    /// one, and the rest in the file's words.
    private func place(of field: String) -> String {
        var steps = field.split(separator: ".").map(String.init)
        var rest: [String] = []
        while !steps.isEmpty {
            if let place = places[steps.joined(separator: ".")] {
                return ([place] + rest).joined(separator: ".")
            }
            rest.insert(FieldError.inFile(steps.removeLast()), at: 0)
        }
        return rest.joined(separator: ".")
    }
}
