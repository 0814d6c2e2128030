import API
import Foundation
import FoundationNetworking
import Model

/// Teal's own commands as clients of Teal's API: the same wire protocol and the same signatures
/// that the AWS CLI uses.
struct APIClient: Sendable {
    /// Which table of operations a call is for.
    enum Target: String {
        case ecs = "AmazonEC2ContainerServiceV20141113"
        case teal = "Teal_20261122"
    }

    private static let timeoutSeconds = 30.0

    private let endpoint: SocketAddress
    private let signer: RequestSigner

    init(folder: DataFolder) throws {
        endpoint = try Endpoints.read(from: folder).api
        signer = RequestSigner(
            credentials: try APIClient.credentials(of: folder), region: Realm.local.region)
    }

    static func credentials(of folder: DataFolder) throws -> Credentials {
        do {
            if let credentials = try Credentials.load(from: folder.credentials) {
                return credentials
            }
        } catch {
            throw Failure(
                "the key pair can't be read: \(error)",
                remedy: "run this as the user who ran `teal up`")
        }
        throw Failure(
            "there is no key pair in \(folder.path)",
            remedy: "start Teal with `teal up`, or name its data folder: --data DIR")
    }

    /// Calls `operation` once and returns its answer; throws AWS's error as a `Refusal`.
    func call(_ target: Target, _ operation: String, _ input: JSON) async throws -> JSON {
        let (data, response) = try await answer(to: request(target, operation, input))
        let json = (try? JSONDecoder().decode(JSON.self, from: data)) ?? .null
        guard let http = response as? HTTPURLResponse, http.statusCode == 200 else {
            throw Refusal(
                code: json["__type"]?.string ?? "an unknown error",
                message: json["message"]?.string ?? json["Message"]?.string ?? "",
                field: json["field"]?.string)
        }
        return json
    }

    /// The signed request for one call.
    private func request(
        _ target: Target, _ operation: String, _ input: JSON
    ) throws -> URLRequest {
        var signed = APIRequest(
            headers: [
                APIRequest.Header("host", "\(endpoint)"),
                APIRequest.Header("content-type", "application/x-amz-json-1.1"),
                APIRequest.Header("x-amz-target", "\(target.rawValue).\(operation)"),
            ],
            body: Array(try JSONEncoder().encode(input)))
        signer.sign(&signed, at: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
        guard let url = URL(string: "http://\(endpoint)/") else {
            throw Failure("\(endpoint) is not an address")
        }
        var request = URLRequest(url: url, timeoutInterval: APIClient.timeoutSeconds)
        request.httpMethod = signed.method
        request.httpBody = Data(signed.body)
        for header in signed.headers where header.name != "host" {
            request.setValue(header.value, forHTTPHeaderField: header.name)
        }
        return request
    }

    /// Calls until it is answered: a controller that was killed is back in a moment.
    func persistently(
        _ target: Target, _ operation: String, _ input: JSON
    ) async throws -> JSON {
        let patience = ContinuousClock.now + .seconds(30)
        while true {
            do {
                return try await call(target, operation, input)
            } catch let failure as Failure where ContinuousClock.now < patience {
                Output.note("waiting for the controller: \(failure.problem)")
                try await ContinuousClock().sleep(for: .milliseconds(500))
            }
        }
    }

    /// All pages of a listing: the elements of its field `field`.
    func pages(
        _ target: Target, _ operation: String, _ input: JSON, of field: String
    ) async throws -> [JSON] {
        var found: [JSON] = []
        var fields = input.fields
        repeat {
            let answer = try await call(target, operation, .object(fields))
            found += answer[field]?.elements ?? []
            fields["nextToken"] = answer["nextToken"]
        } while fields["nextToken"]?.string != nil
        return found
    }

    private func answer(to request: URLRequest) async throws -> (Data, URLResponse) {
        do {
            return try await URLSession.shared.data(for: request)
        } catch {
            let reason = (error as NSError).localizedDescription
            throw Failure(
                "the API at \(endpoint) does not answer (\(reason))",
                remedy: "is `teal up` running? `teal status` tells")
        }
    }
}

/// An answer that says no, in AWS's words.
struct Refusal: Error, CustomStringConvertible {
    let code: String
    let message: String
    /// The field of the input that was refused, where the API names one.
    var field: String?

    var description: String { message.isEmpty ? code : "\(code): \(message)" }
}
