import Foundation
import Model
import Store
import Testing

@testable import API

/// The page that Prometheus' HTTP service discovery reads.
@Suite struct ScrapeTargetsTests {
    private static let basic =
        "Basic "
        + Data(
            "\(Harness.credentials.accessKeyId):\(Harness.credentials.secretAccessKey)".utf8
        ).base64EncodedString()

    private func page(
        _ harness: Harness, query: String = "", authorization: String? = basic
    ) async -> APIResponse {
        var request = APIRequest(
            method: "GET", path: ScrapeTargets.path, query: query, headers: [])
        if let authorization {
            request.headers.append(APIRequest.Header("Authorization", authorization))
        }
        return await harness.front.scrapeTargets(request)
    }

    private func text(_ response: APIResponse) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    private func harness() async throws -> Harness {
        let harness = try await Harness()
        var blue = DirectoryInstance(id: "t1", address: "10.0.0.1", port: 8000)
        blue.revision = 7
        blue.colour = .blue
        blue.attributes = ["ECS_SERVICE_NAME": "web", "a.b-c": "d"]
        var green = DirectoryInstance(id: "t2", address: "fd00::2", port: 8001)
        green.tags = [Tag(key: "stage", value: "beta")]
        var entry = DirectoryEntry(
            service: "web", namespace: "default", ttlSeconds: 1, instances: [blue])
        entry.others = [green]
        var service = DiscoveryService(
            id: "srv-1", name: "db", namespace: "shop.internal", createdAt: .zero)
        service.hasCustomHealth = true
        let instance = DiscoveryInstance(
            id: "one", service: "srv-1", attributes: ["AWS_INSTANCE_IPV4": "10.0.0.9"],
            isHealthy: false, createdAt: .zero)
        try await harness.store.commit(
            Transaction([
                try .put(.directory("web", in: "default"), entry),
                try .put(.discoveryService("srv-1"), service),
                try .put(.discoveryInstance("one", of: "srv-1"), instance),
            ]))
        return harness
    }

    @Test func pageListsEveryInstanceWithItsLabels() async throws {
        let harness = try await harness()
        let response = await page(harness, query: "namespace=default&service=web")
        #expect(response.status == 200)
        #expect(response.header("content-type") == "application/json")
        #expect(
            text(response) == """
                [{"labels":{"__meta_teal_attribute_ECS_SERVICE_NAME":"web",\
                "__meta_teal_attribute_a_b_c":"d","__meta_teal_colour":"blue",\
                "__meta_teal_health":"HEALTHY","__meta_teal_instance_id":"t1",\
                "__meta_teal_namespace":"default","__meta_teal_revision":"7",\
                "__meta_teal_service":"web","__meta_teal_serving":"true"},\
                "targets":["10.0.0.1:8000"]},\
                {"labels":{"__meta_teal_health":"HEALTHY","__meta_teal_instance_id":"t2",\
                "__meta_teal_namespace":"default","__meta_teal_service":"web",\
                "__meta_teal_serving":"false","__meta_teal_tag_stage":"beta"},\
                "targets":["[fd00::2]:8001"]}]
                """)
    }

    @Test func whatIsUnhealthyIsListedToo() async throws {
        let response = await page(try await harness(), query: "namespace=shop%2Einternal")
        #expect(
            text(response) == """
                [{"labels":{"__meta_teal_health":"UNHEALTHY","__meta_teal_instance_id":"one",\
                "__meta_teal_namespace":"shop.internal","__meta_teal_service":"db",\
                "__meta_teal_serving":"false"},"targets":["10.0.0.9"]}]
                """)
    }

    @Test func withoutAWishAllIsListedAndWithoutAMatchNothing() async throws {
        let harness = try await harness()
        let all = try JSONDecoder().decode(JSON.self, from: Data(await page(harness).body))
        #expect(
            all.elements.map { $0["labels"]["__meta_teal_instance_id"].text }
                == ["t1", "t2", "one"])
        #expect(text(await page(harness, query: "service=none")) == "[]")
    }

    @Test(arguments: [nil, "Basic", "Basic !", "Basic QTpC", "Bearer x"])
    func keyPairIsNeeded(authorization: String?) async throws {
        let response = await page(try await harness(), authorization: authorization)
        #expect(response.status == 401)
        #expect(response.header("www-authenticate")?.hasPrefix("Basic ") == true)
    }

    @Test func unknownParameterIsRefused() async throws {
        let response = await page(try await harness(), query: "cluster=default")
        #expect(response.status == 400)
        #expect(text(response) == "cluster is not known; use namespace and service\n")
    }
}
