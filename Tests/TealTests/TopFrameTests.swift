import Foundation
import Proxy
import Testing

@testable import teal

/// As a balancer tells it; `step` is the second, from 0.
private func view(_ step: Int) throws -> TrafficView {
    let none = "{\"count\":0,\"classes\":[]}"
    func outcomes(_ requests: Int, _ failures: Int, _ latency: String) -> String {
        "{\"requests\":\(requests),\"responses2xx\":0,\"responses3xx\":0,\"responses4xx\":0,"
            + "\"responses5xx\":\(failures),\"failures\":0,\"latency\":\(latency)}"
    }
    let busy = outcomes(
        100 + 50 * step, step, "{\"count\":0,\"classes\":[[40,\(10 + 100 * step)]]}")
    let text = """
        {"atMilliseconds": \(5000 + 1000 * step), "generation": 7, "workers": 2, "targetCount": 2,
         "listeners": [{"name": "web", "port": 8080, "connections": 3,
          "newConnections": \(10 + 2 * step), "requests": \(100 + 50 * step), "own4xx": 4,
          "own5xx": \(step), "receivedBytes": \(1500 * step), "sentBytes": \(2_000_000 * step)}],
         "targetGroups": [{"name": "blue", "healthy": 1, "targets": 2, "inFlight": 4,
          "outcomes": \(busy)}],
         "targets": [
          {"targetGroup": "blue", "id": "a", "address": "10.0.0.1", "port": 9001,
           "state": "unhealthy", "inFlight": 0, "idleConnections": 0, "weight": 25,
           "anomalous": true, "outcomes": \(outcomes(7, 0, none))},
          {"targetGroup": "blue", "id": "b", "address": "10.0.0.1", "port": 9002,
           "state": "healthy", "inFlight": 4, "idleConnections": 2, "weight": 100,
           "anomalous": false, "outcomes": \(busy)}]}
        """
    return try JSONDecoder().decode(TrafficView.self, from: Data(text.utf8))
}

private let golden = """
    127.0.0.1:8401  generation 7  2 workers  3 connections  50 requests/s

    LISTENER  PORT  CONNECTIONS  NEW/S  REQUESTS/S  OWN 4XX/S  OWN 5XX/S  IN/S    OUT/S
    web       8080  3            2.0    50          0          1.0        1.5 KB  2.0 MB

    TARGET GROUP  HEALTHY  IN FLIGHT  REQUESTS/S  5XX/S  FAILED/S  P50     P99
    blue          1/2      4          50          1.0    0         2.2 ms  2.2 ms

    TARGET  ADDRESS        STATE      WEIGHT            IN FLIGHT  REQUESTS/S  5XX/S  FAIL\
    ED/S  P50     P99
    blue/b  10.0.0.1:9002  healthy    100 %             4          50          1.0    0   \
          2.2 ms  2.2 ms
    blue/a  10.0.0.1:9001  unhealthy  25 % (anomalous)  0          0           0      0   \
          -       -
    """

struct TopFrameTests {
    @Test("A frame tells what happened between two views, the busiest targets first")
    func frame() throws {
        let frame = TopFrame(now: try view(1), before: try view(0), source: "127.0.0.1:8401")
        let lines = frame.lines(width: 200, height: 100)
        #expect(lines.joined(separator: "\n") == golden)
    }

    @Test("A frame fits the terminal, however small that is")
    func size() throws {
        let frame = TopFrame(now: try view(1), before: try view(0), source: "127.0.0.1:8401")
        for (width, height) in [(80, 24), (20, 5), (1, 1), (0, 0)] {
            let lines = frame.lines(width: width, height: height)
            #expect(lines.count <= max(height, 0))
            #expect(lines.allSatisfy { $0.count <= width })
        }
        #expect(frame.lines(width: 80, height: 5).last == "and 7 lines more")
    }

    @Test("The first view, and one of a balancer that began anew, have no rates")
    func unknown() throws {
        let first = TopFrame(now: try view(0), before: nil, source: "x")
        #expect(first.lines(width: 200, height: 100).first?.hasSuffix(" - requests/s") == true)
        let anew = TopFrame(now: try view(0), before: try view(3), source: "x")
        #expect(anew.lines(width: 200, height: 100).first?.hasSuffix(" - requests/s") == true)
    }

    @Test("Connections say where their requests are")
    func connections() throws {
        let text = """
            {"total": 2, "connections": [
             {"client": "10.0.0.9:4000", "listener": "web", "worker": 0, "state": "serving",
              "ageMilliseconds": 61000, "requests": 3, "receivedBytes": 1500, "sentBytes": 10,
              "targetGroup": "blue", "target": "a"},
             {"client": "10.0.0.9:4001", "listener": "web", "worker": 1, "state": "idle",
              "ageMilliseconds": 900, "requests": 0, "receivedBytes": 0, "sentBytes": 0}]}
            """
        let view = try JSONDecoder().decode(ConnectionsView.self, from: Data(text.utf8))
        #expect(
            Connections.table(of: view).rows == [
                ["10.0.0.9:4000", "web", "serving", "61s", "3", "1.5 KB", "10 B", "blue/a"],
                ["10.0.0.9:4001", "web", "idle", "0s", "0", "0 B", "0 B", "-"],
            ])
    }

    @Test("What the balancer counted stands beside what the API says of a target")
    func joined() throws {
        let group = ListTargets.joined(
            ["name": "blue", "targets": [["id": "b"], ["id": "c"]]], with: try view(1))
        let targets = group["targets"]?.elements ?? []
        #expect(targets.first?["traffic"]?["requests"]?.integer == 150)
        #expect(targets.last?["traffic"] == nil)
    }
}
