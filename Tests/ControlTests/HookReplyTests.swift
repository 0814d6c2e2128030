import Foundation
import Model
import Testing

@testable import Control
@testable import Planning

/// What a reply of a hook means, and what real ones are like.
struct HookReplyTests {
    private static let id = HookCall.ID(
        path: ServicePath("hello", in: "default"), deployment: "d1", execution: "PRE_SCALE_UP.1",
        attempt: 1)

    private func call(_ target: LifecycleHookTarget) -> HookCall {
        HookCall(
            id: HookReplyTests.id, target: target,
            event: HookEvent(
                executionDetails: HookEvent.Details(
                    testTrafficWeights: [:], productionTrafficWeights: ["r1": 100],
                    serviceArn: "s", targetServiceRevisionArn: "r2"),
                executionId: "d1.PRE_SCALE_UP.1", lifecycleStage: .preScaleUp, resourceArn: "d1",
                hookDetails: .string("smoke")),
            expiresAt: .zero)
    }

    private func answer(_ status: Int, _ body: String) -> HookAnswer {
        HookReply.response(status: status, body: Array(body.utf8)).answer(to: HookReplyTests.id)
    }

    @Test(arguments: [
        (200, "{\"hookStatus\":\"SUCCEEDED\"}", LifecycleHookStatus.succeeded),
        (204, "{\"hookStatus\":\"FAILED\",\"hookDetails\":\"no\"}", .failed),
        (200, "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":5}", .inProgress),
        (200, "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":-1}", .failed),
        (200, "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":86401}", .failed),
        (200, "{\"hookStatus\":\"TIMED_OUT\"}", .failed), (200, "{\"hookStatus\":1}", .failed),
        (200, "{}", .failed), (200, "", .failed), (200, "null", .failed), (200, "[[[", .failed),
        (500, "{\"hookStatus\":\"SUCCEEDED\"}", .failed),
    ])
    func responses(status: Int, body: String, expected: LifecycleHookStatus) {
        #expect(answer(status, body).status == expected)
    }

    @Test func wordsAndDetailsAreKept() {
        let answer = answer(
            200, "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":1.5,\"hookDetails\":{\"a\":1}}")
        #expect(answer.callBackDelayMilliseconds == 2000)
        #expect(answer.hookDetails == .object(["a": .integer(1)]))
        #expect(answer.reason == "{\"a\":1}")
        #expect(self.answer(503, "x").reason == "it answered HTTP 503")
        let long = String(repeating: "x", count: 5000)
        let failed = self.answer(200, "{\"hookStatus\":\"FAILED\",\"hookDetails\":\"\(long)\"}")
        #expect(failed.reason?.count == HookReply.wordsMax)
    }

    @Test func programsSpeakByTheirExitCodeAndTheirLastLine() async {
        let fine = await HookReply.answer(
            to: call(.command(["/bin/sh", "-c", "echo 40 tests passed"])), within: 10_000)
        #expect(fine.status == .succeeded)
        #expect(fine.reason == "40 tests passed")
        let bad = await HookReply.answer(
            to: call(.command(["/bin/sh", "-c", "echo one; echo two failed >&2; exit 3"])),
            within: 10_000)
        #expect(bad.status == .failed)
        #expect(bad.reason == "it exited with 3: two failed")
        let killed = await HookReply.answer(
            to: call(.command(["/bin/sh", "-c", "kill -9 $$"])), within: 10_000)
        #expect(killed.reason == "signal 9 ended it")
        let missing = await HookReply.answer(
            to: call(.command(["/no/such/program"])), within: 10_000)
        #expect(missing.status == .failed)
        #expect(missing.reason?.hasPrefix("it can't be started") == true)
    }

    @Test func programsGetTheEventAndMayAnswerWithJSON() async {
        let script =
            "printf '{\"hookStatus\":\"IN_PROGRESS\",\"hookDetails\":'; cat; printf '}'"
        let answer = await HookReply.answer(
            to: call(.command(["/bin/sh", "-c", script])), within: 10_000)
        #expect(answer.status == .inProgress)
        guard case .object(let event)? = answer.hookDetails else {
            Issue.record("the event did not come: \(answer)")
            return
        }
        #expect(event["executionId"] == .string("d1.PRE_SCALE_UP.1"))
        #expect(event["lifecycleStage"] == .string("PRE_SCALE_UP"))
        #expect(event["hookDetails"] == .string("smoke"))
        #expect(event["resourceArn"] == .string("d1"))
    }

    @Test func outputHasALimit() async {
        let within = await HookReply.answer(
            to: call(.command(["/bin/sh", "-c", "yes | head -c \(HookReply.bytesMax)"])),
            within: 10_000)
        #expect(within.status == .succeeded)
        let beyond = await HookReply.answer(
            to: call(.command(["/bin/sh", "-c", "yes | head -c \(HookReply.bytesMax + 1)"])),
            within: 10_000)
        #expect(beyond.status == .failed)
    }

    @Test func aCancelledProgramIsKilledWithAllItStarted() async {
        let call = call(.command(["/bin/sh", "-c", "sleep 1000 & wait"]))
        let task = _Concurrency.Task { await HookReply.answer(to: call, within: 10_000) }
        task.cancel()
        let answer = await task.value
        #expect(answer.status == .failed)
    }

    @Test func nobodyThereIsAFailure() async throws {
        let nobody = await HookReply.answer(to: call(.url("http://127.0.0.1:1/")), within: 5_000)
        #expect(nobody.status == .failed)
        #expect(nobody.reason?.hasPrefix("it does not answer") == true)
    }

    @Test func urlsGetTheEventByPOST() async throws {
        let server = try HookServer(body: "{\"hookStatus\":\"SUCCEEDED\",\"hookDetails\":\"ok\"}")
        let url = "http://127.0.0.1:\(server.port)/hook"
        async let request = server.serve()
        let answer = await HookReply.answer(to: call(.url(url)), within: 10_000)
        #expect(answer.status == .succeeded)
        #expect(answer.reason == "ok")
        let text = try await request
        #expect(text.hasPrefix("POST /hook HTTP/1.1\r\n"))
        #expect(text.contains("\"executionId\":\"d1.PRE_SCALE_UP.1\""))
    }
}
