import Foundation
import FoundationNetworking

/// Asks the admin listener of a running balancer.
struct AdminClient: Sendable {
    let address: SocketAddress
    private static let timeoutSeconds = 10.0

    /// What is at `path`, decoded.
    func get<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) async throws
        -> Value
    {
        guard let url = URL(string: "http://\(address)\(path)") else {
            throw Failure("\(address) is not an address")
        }
        let request = URLRequest(url: url, timeoutInterval: AdminClient.timeoutSeconds)
        let (data, response) = try await answer(to: request)
        guard let http = response as? HTTPURLResponse, http.statusCode == 200 else {
            throw Failure(
                "what listens at \(address) does not know \(path)",
                remedy: "is it a balancer of this version?")
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw Failure(
                "what listens at \(address) tells something else at \(path)",
                remedy: "is it a balancer of this version?")
        }
    }

    private func answer(to request: URLRequest) async throws -> (Data, URLResponse) {
        do {
            return try await URLSession.shared.data(for: request)
        } catch {
            throw Failure(
                "no balancer answers at \(address) (\((error as NSError).localizedDescription))",
                remedy: "is it running? `--config FILE` names that of a stand-alone one")
        }
    }
}
