import Foundation
import Model
import Store
import Testing

@testable import API

/// The shape of every answer, whatever the operation.
@Suite struct AWSJSONTests {
    @Test func answersCarryTheProtocolsHeaders() async throws {
        let harness = try await Harness()
        let response = await harness.front.answer(
            harness.signed("ListClusters", Array("{}".utf8)))
        #expect(response.status == 200)
        #expect(response.headers.contains(APIRequest.Header("content-type", AWSJSON.contentType)))
        let id = response.headers.first { $0.name == "x-amzn-requestid" }?.value
        #expect(UUID(uuidString: id ?? "") != nil)
    }

    @Test func errorsNameTheirTypeTwice() async throws {
        let harness = try await Harness()
        let response = await harness.front.answer(harness.signed("NoSuchThing", []))
        #expect(response.status == 400)
        #expect(
            response.headers.contains(
                APIRequest.Header("x-amzn-errortype", "UnknownOperationException")))
        let body = try JSONDecoder().decode(JSON.self, from: Data(response.body))
        #expect(body["__type"] == "UnknownOperationException")
        #expect(body["message"].text.contains("NoSuchThing"))
    }

    @Test(arguments: ["{", "[]", "1", "\"x\"", "null", "{\"cluster\":", "\u{0}", "{\"a\":1}}"])
    func malformedBodiesAreTheClientsFault(body: String) async throws {
        let harness = try await Harness()
        let answer = try await harness.answer(
            harness.signed("ListTasks", Array(body.utf8)))
        #expect(answer.status == 400)
        #expect(answer.body["__type"] == "SerializationException")
    }

    @Test func deepNestingIsTheClientsFault() async throws {
        let harness = try await Harness()
        let deep = String(repeating: "[", count: 100_000)
        let body = "{\"family\":\"a\",\"containerDefinitions\":[],\"volumes\":\(deep)"
        let answer = try await harness.answer(
            harness.signed("RegisterTaskDefinition", Array(body.utf8)))
        #expect(answer.status == 400)
    }

    @Test func wrongTypesNameTheField() async throws {
        let harness = try await Harness()
        let answer = try await harness.answer(
            "CreateService", ["serviceName": "a", "desiredCount": "two"])
        #expect(answer.status == 400)
        #expect(answer.body["__type"] == "SerializationException")
        #expect(answer.body["message"] == "desiredCount must be a whole number")
        #expect(answer.body["field"] == "desiredCount")
    }

    @Test func missingFieldsAreNamed() async throws {
        let harness = try await Harness()
        let answer = try await harness.answer("DescribeServices", [:])
        #expect(answer.body["__type"] == "InvalidParameterException")
        #expect(answer.body["message"] == "services is missing")
    }

    @Test func aBodyAtTheLimitIsReadAndOneOverItIsNot() async throws {
        let harness = try await Harness()
        let spaces = [UInt8](
            repeating: UInt8(ascii: " "), count: AWSJSON.bodyBytesMax - 2)
        let largest = Array("{}".utf8) + spaces
        let read = try await harness.answer(harness.signed("ListClusters", largest))
        #expect(read.status == 200)
        let refused = try await harness.answer(harness.signed("ListClusters", largest + [32]))
        #expect(refused.status == 413)
        #expect(refused.body["__type"] == "RequestEntityTooLargeException")
    }

    @Test func otherPathsAndMethodsAreUnknown() async throws {
        let harness = try await Harness()
        for (method, path) in [("GET", "/"), ("POST", "/x"), ("PUT", "/")] {
            var request = harness.signed("ListClusters", [])
            request.method = method
            request.path = path
            #expect(try await harness.answer(request).status == 400)
        }
    }

    @Test func nothingIsToldToWhoDoesNotSign() async throws {
        let harness = try await Harness()
        for operation in ECS.table.operations.keys.sorted() {
            var request = harness.signed(operation, Array("{}".utf8))
            request.headers.removeAll { $0.name == "authorization" }
            let answer = try await harness.answer(request)
            #expect(answer.body["__type"] == "MissingAuthenticationTokenException")
        }
    }

    /// No operation turns any of these inputs into an error of the server.
    @Test(arguments: ["{}", "{\"cluster\":\"nowhere\"}", "{\"cluster\":5}", "{\"maxResults\":-1}"])
    func everyOperationBlamesTheClientRightly(body: String) async throws {
        let harness = try await Harness()
        for operation in ECS.table.operations.keys.sorted() {
            let response = await harness.front.answer(
                harness.signed(operation, Array(body.utf8)))
            #expect(response.status == 200 || response.status == 400, "\(operation)")
        }
    }
}
