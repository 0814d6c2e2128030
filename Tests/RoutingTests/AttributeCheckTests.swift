import Model
import Routing
import Testing

/// What is wrong with `change`d attributes, in the place called `a`.
private func defect(
    _ change: (inout TargetGroupAttributes) -> Void
) -> String? {
    var attributes = TargetGroupAttributes()
    change(&attributes)
    do throws(ConfigurationDefect) {
        try attributes.check("a")
        return nil
    } catch {
        return error.description
    }
}

private func listenerDefect(
    _ change: (inout ConnectionAttributes) -> Void
) -> String? {
    var attributes = ConnectionAttributes()
    change(&attributes)
    do throws(ConfigurationDefect) {
        try attributes.check("a")
        return nil
    } catch {
        return error.description
    }
}

@Test func attributesOfTargetGroupsAreChecked() {
    #expect(defect { $0.concurrencyMaximum = 100_000 } == nil)
    #expect(
        defect { $0.concurrencyMaximum = 100_001 }
            == "a.concurrency.maximum_per_target: must be 0 to 100000")
    #expect(
        defect { $0.concurrencyQueueLength = -1 }
            == "a.concurrency.queue.length: must be 0 to 10000")
    #expect(
        defect { $0.concurrencyQueueMilliseconds = 0 }
            == "a.concurrency.queue.timeout_milliseconds: must be 1 to 60000")
    #expect(defect { $0.sendsProxyProtocolV1 = true } == nil)
    #expect(
        defect {
            $0.sendsProxyProtocolV1 = true
            $0.sendsProxyProtocolV2 = true
        } == "a.proxy_protocol_v1.enabled: cannot be beside proxy_protocol_v2.enabled")
}

@Test func stickinessIsChecked() {
    let name = "a.stickiness.app_cookie.cookie_name"
    #expect(defect { $0.stickinessType = .appCookie } == nil)
    #expect(
        defect {
            $0.isSticky = true
            $0.stickinessType = .appCookie
        } == "\(name): is missing: a.stickiness.type app_cookie needs the application's own cookie")
    #expect(
        defect {
            $0.isSticky = true
            $0.stickinessType = .appCookie
            $0.appCookieName = "SESSION-1"
        } == nil)
    for reserved in ["AWSALB", "AWSALBAPP", "AWSALBTG", "AWSALBAPP-0", "AWSALBTGCORS"] {
        #expect(
            defect { $0.appCookieName = reserved }
                == "\(name): '\(reserved)' is reserved: "
                + "it must not begin with AWSALB, AWSALBAPP or AWSALBTG")
    }
    for wrong in ["", "a b", "a=b", "a;", "é", String(repeating: "a", count: 257)] {
        #expect(
            defect { $0.appCookieName = wrong }
                == "\(name): must be 1 to 256 letters, digits and !#$%&'*+-.^_`|~")
    }
    #expect(defect { $0.appCookieName = String(repeating: "a", count: 256) } == nil)
    for seconds in [0, 604_801] {
        #expect(
            defect { $0.appCookieSeconds = seconds }
                == "a.stickiness.app_cookie.duration_seconds: must be 1 to 604800")
        #expect(
            defect { $0.stickySeconds = seconds }
                == "a.stickiness.lb_cookie.duration_seconds: must be 1 to 604800")
    }
    #expect(defect { $0.appCookieSeconds = 604_800 } == nil)
}

@Test func attributesOfListenersAreChecked() {
    #expect(
        listenerDefect({ $0.maximum = 0 })
            == "a.client_connections.maximum: must be 1 to 1000000")
    #expect(
        listenerDefect({
            $0.requiresProxyProtocol = true
            $0.proxyProtocolSources = Array(
                repeating: "10.0.0.0/8", count: ProxyTrust.sourcesMax + 1)
        }) == "a.client_connections.proxy_protocol.sources: may hold 100 blocks at most")
    #expect(
        listenerDefect({
            $0.requiresProxyProtocol = true
            $0.proxyProtocolSources = ["2001:db8::/32", "::/129"]
        }) == "a.client_connections.proxy_protocol.sources: '::/129' is no block such as 10.0.0.0/8"
    )
}
