import Foundation
import FoundationNetworking
import Synchronization

/// One POST to a hook's URL, whose answer may not be longer than is allowed.
final class HookRequest: NSObject, URLSessionDataDelegate {
    private struct State {
        var body: [UInt8] = []
        var isTooLong = false
        var waiter: CheckedContinuation<HookReply, Never>?
    }

    private let state = Mutex(State())

    /// The response; waits for it until this task is cancelled or `milliseconds` are over.
    static func reply(
        from address: String, to body: Data, within milliseconds: Int64
    ) async -> HookReply {
        guard let url = URL(string: address), url.host != nil else {
            return .none("\(address) is not a URL")
        }
        let seconds = Double(max(milliseconds, 1000)) / 1000
        var request = URLRequest(url: url, timeoutInterval: seconds)
        request.httpMethod = "POST"
        request.httpBody = body
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let hook = HookRequest()
        let session = URLSession(configuration: .ephemeral, delegate: hook, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        return await hook.reply(of: session.dataTask(with: request))
    }

    private func reply(of task: URLSessionDataTask) async -> HookReply {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiter = continuation }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    func urlSession(_: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = state.withLock { state in
            state.body += data
            state.isTooLong = state.body.count > HookReply.bytesMax
            return state.isTooLong
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let status = (task.response as? HTTPURLResponse)?.statusCode
        let (waiter, reply) = state.withLock { state in
            defer { state.waiter = nil }
            let reply: HookReply =
                if state.isTooLong {
                    .none("its answer is longer than \(HookReply.bytesMax) bytes")
                } else if let status, error == nil {
                    .response(status: status, body: state.body)
                } else {
                    .none("it does not answer (\(error?.localizedDescription ?? "no response"))")
                }
            return (state.waiter, reply)
        }
        waiter?.resume(returning: reply)
    }
}
