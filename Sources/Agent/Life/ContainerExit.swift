package import Model

/// How a container ended, or why it never ran.
package struct ContainerExit: Hashable, Sendable {
    package enum How: Hashable, Sendable {
        case code(Int)
        case signal(Int)
        /// It never ran, for this reason.
        case refused(String)
        /// It is gone and nobody saw how, for this reason; `byMachine` when the machine restarted.
        case lost(String, byMachine: Bool)
    }

    package var how: How
    /// `nil` when nobody saw it.
    package var at: Instant?
    /// Whether the kernel killed one of its processes because of its memory limit.
    package var ranOutOfMemory = false

    package init(_ how: How, at: Instant? = nil) {
        self.how = how
        self.at = at
    }

    /// As a shell and Docker give it: 128 + the signal's number for a process that was killed.
    var code: Int? {
        switch how {
        case .code(let code): code
        case .signal(let number): 128 + number
        case .refused, .lost: nil
        }
    }

    /// The container's `reason` in ECS; `nil` when the code says it all.
    var reason: String? {
        if ranOutOfMemory { return "OutOfMemoryError: Container killed due to memory usage" }
        return switch how {
        case .code: nil
        case .signal(let number): "The process was killed by signal \(number)"
        case .refused(let reason), .lost(let reason, _): reason
        }
    }

    /// What this says of a task in which the container was essential.
    var verdict: (code: TaskStopCode, reason: String) {
        switch how {
        case .code, .signal: (.essentialContainerExited, "Essential container in task exited")
        case .refused(let reason): (.taskFailedToStart, reason)
        case .lost(let reason, byMachine: true): (.infrastructureHealth, reason)
        case .lost(let reason, byMachine: false): (.essentialContainerExited, reason)
        }
    }
}
