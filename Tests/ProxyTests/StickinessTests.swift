import Foundation
import Model
import Proxy
import Testing

private func sticky(
    generation: UInt64 = 1, _ ports: [UInt16], key: String? = nil
) -> LoadBalancerConfiguration {
    configuration(generation: generation, ports) {
        var attributes = TargetGroupAttributes()
        attributes.isSticky = true
        attributes.stickinessKey = key
        $0.targetGroups[0].attributes = attributes
    }
}

/// One request with a cookie, and what was answered.
private func get(
    _ port: UInt16, _ path: String = "/", cookie: String?
) throws -> MessageReader.Message {
    let client = try RawSocket(connectedTo: port)
    let field = cookie.map { "Cookie: a=b; \($0)\r\n" } ?? ""
    client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
    return try #require(try MessageReader(client).next())
}

extension MessageReader.Message {
    /// The pair that the client would send next time.
    fileprivate var cookie: String? {
        field("Set-Cookie")?.split(separator: ";").first.map(String.init)
    }

    /// The pair of the cookie called `name` that it sets.
    fileprivate func cookie(_ name: String) -> String? {
        fields.filter { $0.name == "Set-Cookie" && $0.value.hasPrefix("\(name)=") }.first?
            .value.split(separator: ";").first.map(String.init)
    }
}

/// Until then a target's cookie leads to others: nobody knows yet that it is healthy.
private func knowsItsTargets(_ planes: DataPlane...) async throws {
    try await eventually("all targets are healthy") {
        planes.allSatisfy { $0.health.values.allSatisfy { $0.state == .healthy } }
    }
}

@Test func aClientStaysWithItsTargetUntilThatIsGone() async throws {
    let targets = try (0..<3).map { number in
        try ScriptedTarget.http { _ in response("\(number)") }
    }
    defer { for one in targets { one.stop() } }
    let ports = targets.map(\.port)
    try await withPlane(sticky(ports), workers: 2) { plane, port in
        try await knowsItsTargets(plane)
        let first = try get(port, cookie: nil)
        let cookies = first.fields.filter { $0.name == "Set-Cookie" }.map(\.value)
        #expect(cookies.count == 2)
        #expect(cookies.first?.hasPrefix("AWSALB=") == true)
        #expect(cookies.first?.hasSuffix(" GMT; Path=/") == true)
        #expect(cookies.last?.hasPrefix("AWSALBCORS=") == true)
        #expect(cookies.last?.hasSuffix("; Path=/; SameSite=None; Secure") == true)
        let cookie = try #require(first.cookie)
        let foreign = cookie.replacing("AWSALB=", with: "AWSALBCORS=")
        for _ in 0..<10 {
            let answers = [try get(port, cookie: cookie), try get(port, cookie: foreign)]
            #expect(answers.map(\.text) == [first.text, first.text])
        }
        // Those without one go round.
        let others = try (0..<6).map { _ in try get(port, cookie: nil).text }
        #expect(Set(others).count == 3)
        // A forged one is none.
        let forged = try (0..<6).map { _ in
            try get(port, cookie: String(cookie.dropLast(4)) + "0000").text
        }
        #expect(Set(forged).count == 3)
        // Its target leaves: the client gets another, and stays with that.
        let left = ports.filter { $0 != ports[Int(first.text) ?? 0] }
        try await plane.apply(sticky(generation: 2, left))
        let second = try get(port, cookie: cookie)
        #expect(second.text != first.text)
        let next = try #require(second.cookie)
        let stays = try (0..<5).map { _ in try get(port, cookie: next).text }
        #expect(Set(stays) == [second.text])
    }
}

@Test func balancersWithTheSameKeyKnowEachOthersCookies() async throws {
    let targets = try (0..<4).map { number in
        try ScriptedTarget.http { _ in response("\(number)") }
    }
    defer { for one in targets { one.stop() } }
    let table = sticky(targets.map(\.port), key: "00112233445566778899aabbccddeeff")
    try await withPlane(table) { one, port in
        try await withPlane(table) { other, otherPort in
            try await knowsItsTargets(one, other)
            let first = try get(port, cookie: nil)
            let cookie = first.cookie
            let answers = try (0..<8).map { _ in try get(otherPort, cookie: cookie).text }
            #expect(Set(answers) == [first.text])
        }
    }
}

/// The application says who stays, by a cookie of its own that it sets at /login.
@Test func aClientStaysAsLongAsTheApplicationSaysSo() async throws {
    let targets = try (0..<3).map { number in
        try ScriptedTarget.http { request in
            let isLogin = request.start.contains("/login")
            let cookies = "Set-Cookie: x=SID=1\r\nSet-Cookie: SID=s\(number); HttpOnly\r\n"
            return response("\(number)", isLogin ? cookies : "Set-Cookie: XSID=1; SID=2\r\n")
        }
    }
    defer { for one in targets { one.stop() } }
    let table = configuration(targets.map(\.port)) {
        var attributes = TargetGroupAttributes()
        attributes.isSticky = true
        attributes.stickinessType = .appCookie
        attributes.appCookieName = "SID"
        $0.targetGroups[0].attributes = attributes
    }
    try await withPlane(table) { plane, port in
        try await knowsItsTargets(plane)
        let stranger = try get(port, cookie: nil)
        #expect(stranger.cookie("AWSALBAPP-0") == nil)
        let login = try get(port, "/login", cookie: nil)
        let ours = try #require(login.cookie("AWSALBAPP-0"))
        let names = login.fields.filter { $0.name == "Set-Cookie" }
            .compactMap { $0.value.split(separator: "=").first }
        #expect(names == ["x", "SID", "AWSALBAPP-0"])
        let line = login.fields.last { $0.name == "Set-Cookie" }?.value
        #expect(line?.hasSuffix(" GMT; Path=/") == true)
        let session = try #require(login.cookie("SID"))
        let answers = try (0..<6).map { _ in try get(port, cookie: "\(ours); \(session)") }
        #expect(Set(answers.map(\.text)) == [login.text])
        // Every response renews it.
        #expect(answers.allSatisfy { $0.cookie("AWSALBAPP-0") != nil })
        // Without the application's cookie ours keeps nobody, and is not renewed.
        let lost = try (0..<6).map { _ in try get(port, cookie: ours) }
        #expect(Set(lost.map(\.text)).count == 3)
        #expect(lost.allSatisfy { $0.cookie("AWSALBAPP-0") == nil })
        let alone = try (0..<6).map { _ in try get(port, cookie: session).text }
        #expect(Set(alone).count == 3)
        // The other type's cookie is not taken for it.
        let other = ours.replacing("AWSALBAPP-0=", with: "AWSALB=")
        let swapped = try (0..<6).map { _ in try get(port, cookie: "\(other); \(session)").text }
        #expect(Set(swapped).count == 3)
    }
}

/// Blue and green, whose clients stay with their group.
private func shared(
    generation: UInt64, blue: Int, _ ports: [UInt16]
) -> LoadBalancerConfiguration {
    configuration(generation: generation, [ports[0]]) {
        var green = TargetGroup(name: "green")
        green.healthCheck.intervalMilliseconds = 300_000
        green.targets = [target(ports[1])]
        $0.targetGroups.append(green)
        $0.listeners[0].defaultAction = .forward([
            WeightedTargetGroup(targetGroup: "blue", weight: blue),
            WeightedTargetGroup(targetGroup: "green", weight: 1000 - blue),
        ])
        $0.listeners[0].defaultForwarding = ForwardOptions(stickinessSeconds: 60)
    }
}

@Test func aClientStaysWithItsGroupUntilTheWeightsShift() async throws {
    let targets = try ["blue", "green"].map { name in
        try ScriptedTarget.http { _ in response(name) }
    }
    defer { for one in targets { one.stop() } }
    let ports = targets.map(\.port)
    try await withPlane(shared(generation: 1, blue: 500, ports), workers: 2) { plane, port in
        try await knowsItsTargets(plane)
        var clients: [(group: String, cookie: String)] = []
        for _ in 0..<60 {
            let answer = try get(port, cookie: nil)
            let line = answer.fields.filter { $0.name == "Set-Cookie" }.map(\.value)
            #expect(line.count == 2)
            #expect(line.last?.hasPrefix("AWSALBTGCORS=") == true)
            #expect(line.last?.hasSuffix(" GMT; Path=/; SameSite=None; Secure") == true)
            clients.append((answer.text, try #require(answer.cookie("AWSALBTG"))))
        }
        #expect(Set(clients.map(\.group)) == ["blue", "green"])
        for client in clients {
            let answer = try get(port, cookie: client.cookie)
            #expect(answer.text == client.group)
            #expect(answer.cookie("AWSALBTG")?.prefix(25) == client.cookie.prefix(25))
            let foreign = client.cookie.replacing("AWSALBTG=", with: "AWSALBTGCORS=")
            #expect(try get(port, cookie: foreign).text == client.group)
        }
        // Green's share grows: its clients stay, and blue's leave one after the other.
        var onBlue = clients.filter { $0.group == "blue" }.count
        for (generation, blue) in [(2, 200), (3, 1), (4, 0)] as [(UInt64, Int)] {
            try await plane.apply(shared(generation: generation, blue: blue, ports))
            let groups = try clients.map { try get(port, cookie: $0.cookie).text }
            #expect(zip(clients, groups).allSatisfy { $0.group == "blue" || $1 == "green" })
            let left = groups.filter { $0 == "blue" }.count
            #expect(left <= onBlue)
            onBlue = left
        }
        #expect(onBlue == 0)
        // A rollback brings everybody back.
        try await plane.apply(shared(generation: 5, blue: 1000, ports))
        #expect(try clients.allSatisfy { try get(port, cookie: $0.cookie).text == "blue" })
    }
}
