extension SQLiteStore {
    /// What only tests have a reason to change.
    package struct Settings: Sendable {
        /// How many removals, at least, a watch may lie behind.
        package var historyMax: Int
        /// The slow poll beneath the wake-ups, in milliseconds.
        package var pollMilliseconds: Int64
        /// How long to wait, at least, for another process's transaction: longer than disks stall.
        package var patienceMilliseconds: Int
        /// The kernel's name for this boot of the machine.
        package var boot: @Sendable () throws -> String
        /// Milliseconds on a steady clock that all processes of a machine share.
        package var clock: @Sendable () -> Int64

        package init(
            historyMax: Int = 1 << 16, pollMilliseconds: Int64 = 1000,
            patienceMilliseconds: Int = 30_000,
            boot: @escaping @Sendable () throws -> String = Boot.id,
            clock: @escaping @Sendable () -> Int64 = Boot.now
        ) {
            self.historyMax = historyMax
            self.pollMilliseconds = pollMilliseconds
            self.patienceMilliseconds = patienceMilliseconds
            self.boot = boot
            self.clock = clock
        }
    }
}
