import FoundationEssentials
import Model
import Planning

/// What came back from a hook, before it is understood.
enum HookReply {
    /// An HTTP response.
    case response(status: Int, body: [UInt8])
    /// The end of a program: its exit code, or minus the signal that ended it.
    case exit(code: Int, output: [UInt8])
    /// There was none, for this reason.
    case none(String)

    /// Bytes of a response or a program's output; a longer one counts as failed.
    static let bytesMax = 16_384
    /// Characters of a hook's words that are kept.
    static let wordsMax = 300

    /// Asks the hook and waits for its answer; whatever goes wrong is one that says FAILED.
    static func answer(to call: HookCall, within milliseconds: Int64) async -> HookAnswer {
        let body: Data
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            body = try encoder.encode(call.event)
        } catch {
            return call.id.answer(.failed, reason: "the event can't be encoded: \(error)")
        }
        let reply: HookReply =
            switch call.target {
            case .url(let url): await HookRequest.reply(from: url, to: body, within: milliseconds)
            case .command(let words): await HookCommand(words).reply(to: body)
            case .pause: .none("a pause is not called")
            }
        return reply.answer(to: call.id)
    }

    /// What the reply means: ECS's JSON; of a program also the bare exit code.
    func answer(to call: HookCall.ID) -> HookAnswer {
        switch self {
        case .none(let problem): return call.answer(.failed, reason: problem)
        case .response(let status, let body):
            guard (200..<300).contains(status) else {
                return call.answer(.failed, reason: "it answered HTTP \(status)")
            }
            return HookReply.answer(to: call, in: body)
                ?? call.answer(.failed, reason: "its answer has no hookStatus")
        case .exit(0, let output):
            return HookReply.answer(to: call, in: output)
                ?? call.answer(.succeeded, reason: HookReply.lastLine(of: output))
        case .exit(let code, let output):
            let what = code < 0 ? "signal \(-code) ended it" : "it exited with \(code)"
            let line = HookReply.lastLine(of: output).map { ": \($0)" } ?? ""
            return call.answer(.failed, reason: what + line)
        }
    }

    /// `nil` when `bytes` are no JSON object with a hookStatus.
    private static func answer(to call: HookCall.ID, in bytes: [UInt8]) -> HookAnswer? {
        guard case .object(let fields)? = try? JSONDecoder().decode(JSON.self, from: Data(bytes)),
            let given = fields["hookStatus"]
        else { return nil }
        guard case .string(let text) = given, let status = LifecycleHookStatus(rawValue: text),
            [.succeeded, .failed, .inProgress].contains(status)
        else {
            return call.answer(
                .failed, reason: "its hookStatus is none of SUCCEEDED, FAILED and IN_PROGRESS")
        }
        var answer = call.answer(status, reason: words(in: fields["hookDetails"]))
        answer.hookDetails = fields["hookDetails"]
        guard let delay = fields["callBackDelay"], delay != .null else { return answer }
        guard let seconds = delay.seconds else {
            let range = HookAnswer.callBackDelaysInSeconds
            return call.answer(
                .failed,
                reason: "its callBackDelay is not \(range.lowerBound) to \(range.upperBound)")
        }
        answer.callBackDelayMilliseconds = seconds * 1000
        return answer
    }

    private static func words(in details: JSON?) -> String? {
        switch details {
        case nil, .null: return nil
        case .string(let text): return lastLine(of: Array(text.utf8))
        case .some(let other):
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return (try? encoder.encode(other)).flatMap { lastLine(of: Array($0)) }
        }
    }

    /// The last line with anything in it, without control characters, and not too long.
    private static func lastLine(of bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes.suffix(4 * wordsMax), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).last {
            $0.contains { !$0.isWhitespace }
        }
        guard let line else { return nil }
        let clean = line.unicodeScalars.filter { $0.properties.generalCategory != .control }
        return String(String(String.UnicodeScalarView(clean)).prefix(wordsMax))
    }
}

extension JSON {
    fileprivate var seconds: Int64? {
        let seconds: Int64
        switch self {
        case .integer(let number): seconds = number
        case .number(let number):
            guard let whole = Int64(exactly: number.rounded(.up)) else { return nil }
            seconds = whole
        default: return nil
        }
        let isAllowed = HookAnswer.callBackDelaysInSeconds.contains(Int(clamping: seconds))
        return isAllowed ? seconds : nil
    }
}
