import Foundation
import Proxy
import Synchronization
import Testing

/// Tells it on a thread of its own: the answer itself needs one of the tests' few threads.
private func tell(_ message: String, atPath path: String) async throws {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(
                with: Result { try BalancerControl.tell(message, atPath: path) })
        }
    }
}

@Test func aRunningBalancerTakesMessagesAtItsSocket() async throws {
    let path = NSTemporaryDirectory() + "teal-\(UUID().uuidString.prefix(8)).sock"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let plane = try DataPlane(workers: 1)
    let taken = Mutex<[String]>([])
    let handover = try Handover(
        path: path, plane: plane,
        command: { message in
            taken.withLock { $0.append(message) }
            return message == "good" ? BalancerControl.done : "it is bad"
        }, succeeded: { Issue.record("nobody took over") })
    handover.start()
    try await tell("good", atPath: path)
    do {
        try await tell("bad", atPath: path)
        Issue.record("it was taken")
    } catch ControlFailure.refused(let reason) {
        #expect(reason == "it is bad")
    }
    #expect(taken.withLock(\.self) == ["good", "bad"])
    handover.end()
    await plane.end(milliseconds: 0)
}

@Test func whereNobodyListensNobodyIsTold() async throws {
    await #expect(throws: ControlFailure.self) {
        try await tell("good", atPath: "/nowhere/teal.sock")
    }
}
