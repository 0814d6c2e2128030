internal import Logging
internal import Model
internal import Routing
internal import Store

/// Generations come in.
extension Balancer {
    private static let retryMilliseconds = 200
    /// A part may be gone because a newer generation replaced it; then that one is there to read.
    private static let rereadsMax = 3

    /// Watches the generation, again and again: the store may go away and come back.
    func follow() async {
        while !_Concurrency.Task.isCancelled {
            do {
                try await followOnce()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("The store cannot be followed: \(error)")
            }
            try? await _Concurrency.Task.sleep(for: .milliseconds(Balancer.retryMilliseconds))
        }
    }

    private func followOnce() async throws {
        let key = Key.generation(options.loadBalancer)
        let snapshot = try await store.read([key])
        if let record = snapshot.records.last { try await take(record) }
        for try await batch in store.watch([key], from: snapshot.cursor) {
            for change in batch.changes.suffix(1) {
                guard case .put(let record) = change else { continue }
                try await take(record)
            }
        }
    }

    private func take(_ record: Record) async throws {
        var record = record
        for _ in 0..<Balancer.rereadsMax {
            do {
                return try await bring(try record.decode(Generation.self))
            } catch Parts.Defect.missing {
                guard let newer = try await store.read([record.key]).records.last else { return }
                record = newer
            }
        }
        let generation: Generation = try record.decode()
        refuse(generation, "a part of it is missing in the store")
    }

    /// Brings a generation into force, or says why not.
    private func bring(_ generation: Generation) async throws {
        if let applied, generation.number <= applied.number {
            return compare(generation, with: applied)
        }
        do {
            // Read by nobody else: generations are taken one after the other.
            var parts = parts
            let configuration = try await parts.configuration(for: generation, from: store)
            self.parts = parts
            let prepared = try await plane.prepare(configuration)
            do {
                try folder.save(.init(generation: generation, configuration: configuration))
            } catch {
                await plane.discard(prepared)
                throw error
            }
            await plane.commit(prepared)
        } catch let defect as ConfigurationDefect {
            return refuse(generation, "\(defect)")
        } catch let defect as StateFolder.Defect {
            return refuse(generation, "it cannot be saved: \(defect)")
        } catch Parts.Defect.damaged(let key) {
            return refuse(generation, "\(Parts.Defect.damaged(key))")
        } catch StoreError.malformed(let key, let problem) {
            return refuse(generation, "\(key): \(problem)")
        }
        applied = generation
        refusal = nil
        nudged.yield()
        logger.info("A generation is in force", metadata: metadata(generation))
    }

    private func compare(_ generation: Generation, with applied: Generation) {
        let isSame =
            generation.listeners == applied.listeners
            && generation.targetGroups == applied.targetGroups
        if generation.number < applied.number {
            refuse(generation, "generation \(applied.number) is in force already")
        } else if !isSame {
            refuse(generation, "another generation of this number is in force")
        } else {
            nudged.yield()
        }
    }

    private func refuse(_ generation: Generation, _ reason: String) {
        refusal = BalancerReport.Refusal(generation: generation.number, reason: reason)
        nudged.yield()
        logger.error("A generation is refused: \(reason)", metadata: metadata(generation))
    }
}
