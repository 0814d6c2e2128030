import ArgumentParser
import Foundation
import Proxy

/// `teal top`
struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch a balancer's traffic: rates, errors and times, each second.",
        discussion: """
            q or Ctrl-C ends it. Where standard output is no terminal, one picture of one second \
            is printed.
            """)

    private static let periodMilliseconds = 1000

    @OptionGroup var choice: BalancerChoice

    func run() async throws {
        let admin = try choice.admin()
        let first: TrafficView = try await admin.get("/traffic")
        if choice.json { return print(try Output.text(of: first)) }
        guard let terminal = Terminal() else { return try await printOnce(admin, after: first) }
        let signals = Signals.stream(SIGTERM, SIGHUP)
        let guardian = _Concurrency.Task {
            for await _ in signals {
                terminal.restore()
                Foundation.exit(0)
            }
        }
        defer {
            guardian.cancel()
            terminal.restore()
        }
        try await watch(admin, on: terminal, after: first)
    }

    private func watch(
        _ admin: AdminClient, on terminal: Terminal, after first: TrafficView
    ) async throws {
        var before: TrafficView?
        var now = first
        while true {
            let size = terminal.size
            let frame = TopFrame(now: now, before: before, source: "\(admin.address)")
            terminal.draw(frame.lines(width: size.width, height: size.height))
            if terminal.isEnded(within: Top.periodMilliseconds) { return }
            before = now
            now = try await admin.get("/traffic")
        }
    }

    private func printOnce(_ admin: AdminClient, after first: TrafficView) async throws {
        try await ContinuousClock().sleep(for: .milliseconds(Top.periodMilliseconds))
        let frame = TopFrame(
            now: try await admin.get("/traffic"), before: first, source: "\(admin.address)")
        for line in frame.lines(width: .max, height: .max) { print(line) }
    }
}
