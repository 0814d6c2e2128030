internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread with a loop and a resident that lives on it, reached from outside by jobs.
///
/// The resident is made on the thread, is never seen by another, and is let go there when the
/// thread ends. Signals are left to the other threads.
package final class LoopThread<Resident>: Sendable {
    package typealias Job = @Sendable (Resident) -> Void

    private struct Inbox {
        var jobs: [Job] = []
        /// Present from the start of the loop to its end.
        var wakeup: Wakeup?
        /// No job is taken any more.
        var isClosed = false
    }

    private let inbox = Mutex(Inbox())
    private let handle = Mutex<pthread_t?>(nil)

    /// Returns when the resident has been made, or throws what its making threw.
    package init(
        name: String, make: @escaping @Sendable (Loop) throws -> Resident
    ) throws {
        let started = Started()
        let body = ThreadBody { [self] in
            teal_name_thread(name)
            live(make, started)
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(body)
        let status = pthread_create(&thread, nil, threadMain, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw Errno(code: status)
        }
        handle.withLock { $0 = thread }
        if let failure = started.wait() {
            join()
            throw failure
        }
    }

    /// Runs `job` on the thread, after those given before; false when the thread is ending.
    @discardableResult
    package func perform(_ job: @escaping Job) -> Bool {
        inbox.withLock { inbox in
            guard let wakeup = inbox.wakeup, !inbox.isClosed else { return false }
            inbox.jobs.append(job)
            if inbox.jobs.count == 1 { wakeup.send() }
            return true
        }
    }

    /// Asks the thread to end once the jobs given so far are done; `join` waits for it.
    package func stop() {
        inbox.withLock { inbox in
            inbox.isClosed = true
            inbox.wakeup?.send()
        }
    }

    /// Waits until the thread has ended. Not from the thread itself.
    package func join() {
        guard let thread = handle.withLock({ $0.take() }) else { return }
        pthread_join(thread, nil)
    }

    private func live(
        _ make: @Sendable (Loop) throws -> Resident, _ started: Started
    ) {
        do {
            let loop = try Loop()
            let resident = try make(loop)
            let wakeup = Wakeup(loop) { [self] in
                let (jobs, isLast) = takeJobs()
                for job in jobs { job(resident) }
                if isLast { loop.stop() }
            }
            inbox.withLock { $0.wakeup = wakeup }
            started.signal(nil)
            loop.run()
            inbox.withLock { $0.wakeup = nil }
            wakeup.end()
        } catch {
            started.signal(error)
        }
    }

    private func takeJobs() -> (jobs: [Job], isLast: Bool) {
        inbox.withLock { inbox in
            defer { inbox.jobs = [] }
            return (inbox.jobs, inbox.isClosed)
        }
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, nil)
    guard let context else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

/// Tells the maker of a thread how its start went.
private final class Started: Sendable {
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let semaphore: Semaphore

    init() {
        semaphore = Semaphore()
    }

    func signal(_ failure: (any Error)?) {
        outcome.withLock { $0 = failure.map { .failure($0) } ?? .success(()) }
        semaphore.post()
    }

    func wait() -> (any Error)? {
        semaphore.wait()
        if case .failure(let error) = outcome.withLock({ $0 }) { return error }
        return nil
    }
}

/// A POSIX semaphore at an address that does not change.
private final class Semaphore: Sendable {
    // Safe: sem_wait and sem_post are made to be called from several threads at once.
    private nonisolated(unsafe) let raw = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(raw, 0, 0)
    }

    deinit {
        sem_destroy(raw)
        raw.deallocate()
    }

    func post() {
        sem_post(raw)
    }

    func wait() {
        while sem_wait(raw) != 0 {}
    }
}
