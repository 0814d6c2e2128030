import HTTPTypes
import Hummingbird
import NIOCore

/// Between Hummingbird's requests and ours.
struct APIResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let front: Front
    let metrics: (@Sendable () async -> String)?

    func respond(to request: Request, context: Context) async throws -> Response {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? "/"
        switch (request.method, path) {
        case (.get, "/health"):
            return text("ok\n")
        case (.get, "/metrics"):
            guard let metrics else { break }
            return text(await metrics())
        case (.get, ScrapeTargets.path):
            let read = APIRequest(
                method: "GET", path: path, query: parts.count > 1 ? String(parts[1]) : "",
                headers: headers(of: request))
            return response(await front.scrapeTargets(read))
        default: break
        }
        let read = APIRequest(
            method: request.method.rawValue, path: path.isEmpty ? "/" : path,
            query: parts.count > 1 ? String(parts[1]) : "", headers: headers(of: request),
            body: try await body(of: request))
        return response(await front.answer(read))
    }

    /// At most one byte more than is allowed: enough to be refused.
    private func body(of request: Request) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            bytes += buffer.readableBytesView.prefix(AWSJSON.bodyBytesMax + 1 - bytes.count)
            guard bytes.count <= AWSJSON.bodyBytesMax else { break }
        }
        return bytes
    }

    private func headers(of request: Request) -> [APIRequest.Header] {
        let fields = request.headers.map { APIRequest.Header($0.name.canonicalName, $0.value) }
        guard let authority = request.head.authority else { return fields }
        return fields + [APIRequest.Header("host", authority)]
    }

    private func response(_ answer: APIResponse) -> Response {
        var headers = HTTPFields()
        for header in answer.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            headers.append(HTTPField(name: name, value: header.value))
        }
        // The rest of an overlong body is not read, so the connection cannot be used again.
        if answer.status == 413 { headers[.connection] = "close" }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func text(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
