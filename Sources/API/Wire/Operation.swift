import FoundationEssentials

/// One operation of a service: bytes in, bytes out, with the decoding between.
struct Operation: Sendable {
    let run: @Sendable (_ body: [UInt8], _ call: Call) async throws -> [UInt8]

    init<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ handler: @escaping @Sendable (Input, Call) async throws -> Output
    ) {
        run = { body, call in
            let output = try await handler(try Operation.decode(Input.self, from: body), call)
            return try Operation.encode(output)
        }
    }

    private static func decode<Input: Decodable>(
        _ type: Input.Type, from body: [UInt8]
    ) throws(Fault) -> Input {
        do {
            return try JSONDecoder().decode(
                type, from: body.isEmpty ? Data("{}".utf8) : Data(body))
        } catch let fault as Fault {
            throw fault
        } catch let error as FieldError {
            throw .invalidParameter(error)
        } catch DecodingError.keyNotFound(let key, let context) {
            throw .invalidParameter(FieldError(.keyNotFound(key, context)))
        } catch let error as DecodingError {
            let error = FieldError(error)
            throw .serialization(error.description, field: error.field)
        } catch {
            throw .serialization("The body is not JSON: \(error)")
        }
    }

    static func encode(_ output: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(output))
    }
}

/// A service as its clients address it: a target prefix, and operations by name.
struct OperationTable: Sendable {
    /// The part of `X-Amz-Target` before the dot.
    let target: String
    let operations: [String: Operation]
}
