import Logging
import Model
import Store

/// Every request's way from the server's reader to an operation, and into the log.
struct Front: Sendable {
    let store: any Store
    let realm: Realm
    let now: @Sendable () -> Instant
    let logger: Logger
    let protocols: AWSJSON

    /// `GET /http_sd`.
    func scrapeTargets(_ request: APIRequest) async -> APIResponse {
        await ScrapeTargets(store: store, verifier: protocols.verifier).answer(request)
    }

    func answer(_ request: APIRequest) async -> APIResponse {
        let response = await protocols.answer(request, Call(store: store, realm: realm, now: now()))
        var metadata: Logger.Metadata = [
            "operation": "\(request.header("x-amz-target") ?? request.path)",
            "status": "\(response.status)",
            "requestId": "\(response.header("x-amzn-requestid") ?? "")",
        ]
        if response.status >= 400 {
            metadata["error"] = "\(String(decoding: response.body, as: UTF8.self))"
        }
        logger.log(level: response.status < 500 ? .debug : .error, "API call", metadata: metadata)
        return response
    }
}
