import Model
import Store

/// The AWS JSON 1.1 protocol: which operation is meant, who may ask, and how answers look.
struct AWSJSON: Sendable {
    static let contentType = "application/x-amz-json-1.1"
    /// ECS takes less; a configuration file of some thousand services fits.
    static let bodyBytesMax = 4 << 20
    /// How often an operation is decided again when another writer was faster.
    static let attemptsMax = 8

    let tables: [OperationTable]
    let verifier: SignatureVerifier

    /// Answers `request`, whatever is wrong with it.
    func answer(_ request: APIRequest, _ call: Call) async -> APIResponse {
        let requestID = RequestID.random()
        do {
            let (table, operation) = try operation(for: request)
            try verifier.verify(request, at: call.now)
            let body = try await perform(operation, of: table, request.body, call)
            return response(status: 200, body: body, requestID: requestID)
        } catch {
            return response(to: error, requestID: requestID)
        }
    }

    private func operation(
        for request: APIRequest
    ) throws(Fault) -> (OperationTable, Operation) {
        guard request.method == "POST", request.path == "/" else {
            throw .unknownOperation("\(request.method) \(request.path)")
        }
        guard request.body.count <= AWSJSON.bodyBytesMax else {
            throw .tooLarge(bytesMax: AWSJSON.bodyBytesMax)
        }
        guard let target = request.header("x-amz-target") else {
            throw .unknownOperation("A request without the header X-Amz-Target")
        }
        let parts = target.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let table = tables.first(where: { $0.target == parts[0] }),
            let operation = table.operations[String(parts[1])]
        else { throw .unknownOperation(target) }
        return (table, operation)
    }

    /// Decides again, from what is there now, when a precondition of the commit has failed.
    private func perform(
        _ operation: Operation, of table: OperationTable, _ body: [UInt8], _ call: Call
    ) async throws -> [UInt8] {
        var conflict: Key?
        for _ in 0..<AWSJSON.attemptsMax {
            do {
                return try await operation.run(body, call)
            } catch StoreError.conflict(let key) {
                conflict = key
            } catch let fault as Fault where OperationTable.invalidInputs.contains(fault.code) {
                throw table.invalidInput.map(fault.renamed) ?? fault
            }
        }
        let place = conflict?.description ?? "the store"
        throw Fault.server("Others keep changing \(place). Try again.")
    }

    private func response(to error: any Error, requestID: String) -> APIResponse {
        let fault = Fault(whatever: error)
        let body = ErrorBody(
            type: fault.code, message: fault.message, field: fault.field, details: fault.details)
        var response = response(
            status: fault.status, body: (try? Operation.encode(body)) ?? [], requestID: requestID)
        response.headers.append(APIRequest.Header("x-amzn-errortype", fault.code))
        return response
    }

    private func response(status: Int, body: [UInt8], requestID: String) -> APIResponse {
        APIResponse(
            status: status,
            headers: [
                APIRequest.Header("content-type", AWSJSON.contentType),
                APIRequest.Header("x-amzn-requestid", requestID),
            ],
            body: body)
    }
}

private struct ErrorBody: Encodable {
    let type: String
    let message: String
    let field: String?
    let details: [String: String]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        try container.encode(type, forKey: FieldName("__type"))
        try container.encode(message, forKey: FieldName("message"))
        try container.encodeIfPresent(field, forKey: FieldName("field"))
        for (name, value) in details { try container.encode(value, forKey: FieldName(name)) }
    }
}

/// Random text in the shape of a version 4 UUID.
private enum RequestID {
    static func random() -> String {
        var system = SystemRandomNumberGenerator()
        var generator = Generator(seed: system.next())
        let digits = Array(generator.hexadecimal(digits: 30))
        return "\(String(digits[0..<8]))-\(String(digits[8..<12]))-4\(String(digits[12..<15]))"
            + "-a\(String(digits[15..<18]))-\(String(digits[18..<30]))"
    }
}

extension Fault {
    /// `error` as a client is told of it: what is not a fault of the client is the server's.
    init(whatever error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let error as FieldError: self = .invalidParameter(error)
        case StoreError.tooLarge(let key, let bytes):
            self = .client("\(key) would have \(bytes) bytes; \(Limits.valueBytesMax) are allowed.")
        case StoreError.unavailable(let reason):
            self = .server("The store is not available: \(reason)")
        default: self = .server("\(error)")
        }
    }
}
