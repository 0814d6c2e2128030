import FoundationEssentials

/// One operation of a service: bytes in, bytes out, with the decoding between.
struct Operation: Sendable {
    let run: @Sendable (_ body: [UInt8], _ call: Call) async throws -> [UInt8]

    /// `casing` is how the service writes the names of its fields.
    init<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ handler: @escaping @Sendable (Input, Call) async throws -> Output,
        casing: Casing = .camel
    ) {
        run = { body, call in
            let input = try Operation.decode(Input.self, from: body, casing)
            return try Operation.encode(try await handler(input, call), casing)
        }
    }

    private static func decode<Input: Decodable>(
        _ type: Input.Type, from body: [UInt8], _ casing: Casing
    ) throws(Fault) -> Input {
        do {
            return try casing.decoder.decode(
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

    static func encode(_ output: some Encodable, _ casing: Casing = .camel) throws -> [UInt8] {
        let encoder = casing.encoder
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(output))
    }
}

/// A service as its clients address it: a target prefix, and operations by name.
struct OperationTable: Sendable {
    /// The part of `X-Amz-Target` before the dot.
    let target: String
    let operations: [String: Operation]
    /// What this service calls a request that is not what it should be, where it is not ECS's word.
    var invalidInput: String?

    /// What common code calls a request that is not what it should be.
    static let invalidInputs: Set = ["InvalidParameterException", "SerializationException"]
}
