import Foundation
import Logging
package import Model
import Store

@testable import API

/// The API over a store in memory, asked without a socket but signed like any client.
struct Harness {
    static let credentials = Credentials(
        accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    static let now = Instant(milliseconds: 1_795_371_300_000)

    let store: any Store = MemoryStore()
    let front: Front

    init() async throws {
        front = Front(
            store: store, realm: .local, now: { Harness.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            protocols: AWSJSON(
                tables: [ECS.table, CloudMap.table, TealService.table],
                verifier: SignatureVerifier(credentials: Harness.credentials)))
        try await Foundations.lay(in: store, at: Harness.now)
    }

    /// What the API answers to `operation`, and with which status.
    func answer(
        _ operation: String, _ input: JSON, target: String = ECS.table.target
    ) async throws -> (status: Int, body: JSON) {
        try await answer(signed(operation, Array(JSONEncoder().encode(input)), target: target))
    }

    func answer(_ request: APIRequest) async throws -> (status: Int, body: JSON) {
        let response = await front.answer(request)
        return (response.status, try JSONDecoder().decode(JSON.self, from: Data(response.body)))
    }

    func signed(
        _ operation: String, _ body: [UInt8], target: String = ECS.table.target
    ) -> APIRequest {
        var request = APIRequest(
            headers: [
                APIRequest.Header("host", "localhost:8400"),
                APIRequest.Header("content-type", AWSJSON.contentType),
                APIRequest.Header("x-amz-target", "\(target).\(operation)"),
            ],
            body: body)
        RequestSigner(credentials: Harness.credentials, region: "us-east-1")
            .sign(&request, at: Harness.now)
        return request
    }

    /// The answer of an operation that must succeed.
    func call(
        _ operation: String, _ input: JSON, target: String = ECS.table.target
    ) async throws -> JSON {
        let answer = try await answer(operation, input, target: target)
        guard answer.status == 200 else { throw Unexpected(answer: answer.body) }
        return answer.body
    }

    /// The exception of an operation that must fail as the client's fault.
    func fault(
        _ operation: String, _ input: JSON, target: String = ECS.table.target
    ) async throws -> String {
        let answer = try await answer(operation, input, target: target)
        guard answer.status == 400 else { throw Unexpected(answer: answer.body) }
        return answer.body["__type"].text
    }

    struct Unexpected: Error {
        let answer: JSON
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    /// Null for what is not there, so that a test reads like the document.
    subscript(name: String) -> JSON {
        guard case .object(let fields) = self else { return .null }
        return fields[name] ?? .null
    }

    subscript(index: Int) -> JSON {
        elements.indices.contains(index) ? elements[index] : .null
    }

    var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var text: String {
        guard case .string(let text) = self else { return "" }
        return text
    }
}
