import Model

/// What may happen next besides the controller's pass.
extension SmallWorld {
    func moves(mutation: Mutation?, isOver: Bool) -> [(String, SmallWorld)] {
        var moves: [(String, SmallWorld)] = taskMoves()
        for index in balancers.indices {
            moves += applying(index, mutation)
            moves += reporting(index, mutation)
            moves += requests(index)
            if balancersFail, faultsLeft > 0, !isOver { moves += balancerFaults(index) }
        }
        if faultsLeft > 0, !isOver { moves += taskFaults() }
        return moves
    }

    private func changed(_ label: String, _ edit: (inout SmallWorld) -> Void) -> (
        String, SmallWorld
    ) {
        var next = self
        edit(&next)
        return (label, next)
    }

    private func taskMoves() -> [(String, SmallWorld)] {
        var moves: [(String, SmallWorld)] = []
        if green == .starting {
            moves.append(changed("green gets healthy") { $0.green = .healthy })
            moves.append(changed("green fails") { $0.green = .unhealthy })
        }
        if blue == .starting { moves.append(changed("blue is back") { $0.blue = .running }) }
        return moves
    }

    private func applying(_ index: Int, _ mutation: Mutation?) -> [(String, SmallWorld)] {
        let balancer = balancers[index]
        guard balancer.isUp else {
            return [
                changed("b\(index) starts from its snapshot") {
                    $0.balancers[index].isUp = true
                    $0.balancers[index].isFenced = mutation != .freshRestart
                }
            ]
        }
        var moves: [(String, SmallWorld)] = []
        if balancer.isConnected, balancer.applied < generation {
            moves.append(
                changed("b\(index) applies \(generation)") {
                    $0.balancers[index].applied = generation
                    $0.balancers[index].configuration = configuration
                    if !configuration.hasGreen { $0.balancers[index].isWarm = false }
                    if mutation == .fetchLiftsFence { $0.balancers[index].isFenced = false }
                })
        }
        if !balancer.isConnected {
            moves.append(changed("b\(index) reconnects") { $0.balancers[index].isConnected = true })
            if !balancer.isFenced {
                moves.append(
                    changed("b\(index) fences itself") { $0.balancers[index].isFenced = true })
            }
        }
        if balancer.configuration.hasGreen, !balancer.isWarm, green == .healthy {
            moves.append(changed("b\(index) sees green") { $0.balancers[index].isWarm = true })
        }
        return moves
    }

    private func reporting(_ index: Int, _ mutation: Mutation?) -> [(String, SmallWorld)] {
        let balancer = balancers[index]
        var moves: [(String, SmallWorld)] = []
        if balancer.isUp, balancer.isConnected {
            if reports[index] != balancer.report {
                moves.append(
                    changed("b\(index) reports") { $0.reports[index] = balancer.report })
            }
            // Insists that the generation is still the one that it runs, in the same commit.
            if balancer.isFenced, mayLiftFence(balancer) {
                moves.append(
                    changed("b\(index) lifts its fence") {
                        $0.balancers[index].isFenced = false
                        $0.reports[index] = $0.balancers[index].report
                    })
            }
        }
        let isAway =
            !balancer.isUp
            || !balancer.isConnected && (balancer.isFenced || mutation == .earlyExpiry)
        if reports[index] != nil, isAway {
            moves.append(changed("b\(index)'s lease ends") { $0.reports[index] = nil })
        }
        return moves
    }

    private func mayLiftFence(_ balancer: Balancer) -> Bool {
        balancer.applied == generation
            && (balancer.isWarm || !configuration.toGreen)
            && (!balancer.toBlue || configuration.hasBlue)
            && (!balancer.toGreen || configuration.hasGreen)
    }

    private func requests(_ index: Int) -> [(String, SmallWorld)] {
        let balancer = balancers[index]
        guard balancer.isUp else { return [] }
        var moves: [(String, SmallWorld)] = []
        if balancer.toBlue || balancer.toGreen {
            moves.append(
                changed("requests on b\(index) end") {
                    $0.balancers[index].toBlue = false
                    $0.balancers[index].toGreen = false
                })
        }
        if balancer.configuration.toGreen {
            moves.append(changed("a request on b\(index) for green") { $0.askGreen(index) })
        }
        if balancer.configuration.toBlue {
            moves.append(changed("a request on b\(index) for blue") { $0.askBlue(index) })
        }
        return moves
    }

    private mutating func askGreen(_ index: Int) {
        let isFenced = balancers[index].isFenced
        if !isFenced, !balancers[index].isWarm {
            violation = "I3: b\(index) sends to a green that it never saw healthy"
        } else if !isFenced, green == .stopped || green == .absent {
            violation = "I2: b\(index) sends to a green that was told to stop"
        }
        if green == .healthy { balancers[index].toGreen = true }
    }

    private mutating func askBlue(_ index: Int) {
        if !balancers[index].isFenced, blue == .stopped {
            violation = "I2: b\(index) sends to a blue that was told to stop"
        }
        if blue == .running { balancers[index].toBlue = true }
    }

    private func balancerFaults(_ index: Int) -> [(String, SmallWorld)] {
        let balancer = balancers[index]
        guard balancer.isUp else { return [] }
        var moves = [
            changed("FAULT: b\(index) dies") {
                $0.faultsLeft -= 1
                $0.balancers[index].isUp = false
                $0.balancers[index].isFenced = false
                $0.balancers[index].toBlue = false
                $0.balancers[index].toGreen = false
                $0.balancers[index].isWarm = false
            }
        ]
        if balancer.isConnected {
            moves.append(
                changed("FAULT: b\(index) is cut off") {
                    $0.faultsLeft -= 1
                    $0.balancers[index].isConnected = false
                })
        }
        return moves
    }

    private func taskFaults() -> [(String, SmallWorld)] {
        var moves: [(String, SmallWorld)] = []
        if blue == .running {
            moves.append(
                changed("FAULT: blue is lost") {
                    $0.faultsLeft -= 1
                    $0.blue = .lost
                    for index in $0.balancers.indices { $0.balancers[index].toBlue = false }
                })
        }
        if green == .healthy {
            moves.append(
                changed("FAULT: green gets unhealthy") {
                    $0.faultsLeft -= 1
                    $0.green = .unhealthy
                })
        }
        return moves
    }
}

extension SmallWorld.Balancer {
    fileprivate var report: SmallWorld.Report {
        SmallWorld.Report(
            isFenced: isFenced, applied: applied, toBlue: toBlue, toGreen: toGreen, isWarm: isWarm)
    }
}
