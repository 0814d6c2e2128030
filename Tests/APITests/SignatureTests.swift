import Model
import Testing

@testable import API

/// Vectors of AWS's Signature Version 4 test suite: its key pair, time, region and service.
@Suite struct SignatureTests {
    private static let scope = SignatureScope(
        date: "20150830", region: "us-east-1", service: "service")

    private func signature(
        of request: APIRequest, signing headers: [String], scope: SignatureScope = scope
    ) throws -> String {
        let signature = Signature(
            scope: scope, timestamp: try #require(Timestamp(parsing: "20150830T123600Z")),
            signedHeaders: headers)
        return Signature.hexadecimal(
            signature.value(
                of: request, payloadHash: Signature.sha256(request.body),
                secret: Harness.credentials.secretAccessKey))
    }

    private static let headers = [
        APIRequest.Header("Host", "example.amazonaws.com"),
        APIRequest.Header("X-Amz-Date", "20150830T123600Z"),
    ]

    @Test(arguments: [
        ("GET", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "GET", "Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        (
            "POST", "Param1=value1",
            "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"
        ),
    ])
    func vanilla(method: String, query: String, expected: String) throws {
        let request = APIRequest(method: method, query: query, headers: SignatureTests.headers)
        #expect(try signature(of: request, signing: ["host", "x-amz-date"]) == expected)
    }

    /// Values are trimmed and their inner runs of spaces made one.
    @Test func headerValues() throws {
        var request = APIRequest(method: "GET", headers: SignatureTests.headers)
        request.headers += [
            APIRequest.Header("My-Header1", " value1"),
            APIRequest.Header("My-Header2", " \"a   b   c\""),
        ]
        #expect(
            try signature(
                of: request, signing: ["host", "my-header1", "my-header2", "x-amz-date"])
                == "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")
    }

    /// The example of the IAM user guide.
    @Test func listUsers() throws {
        let request = APIRequest(
            method: "GET", query: "Action=ListUsers&Version=2010-05-08",
            headers: [
                APIRequest.Header(
                    "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                APIRequest.Header("Host", "iam.amazonaws.com"),
                APIRequest.Header("X-Amz-Date", "20150830T123600Z"),
            ])
        let scope = SignatureScope(date: "20150830", region: "us-east-1", service: "iam")
        #expect(
            try signature(
                of: request, signing: ["content-type", "host", "x-amz-date"], scope: scope)
                == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    }
}

@Suite struct SignatureVerifierTests {
    private let verifier = SignatureVerifier(credentials: Harness.credentials)

    private func signed(at now: Instant = Harness.now) -> APIRequest {
        var request = APIRequest(
            headers: [
                APIRequest.Header("host", "localhost:8400"),
                APIRequest.Header("x-amz-target", "Service.Operation"),
            ],
            body: Array("{}".utf8))
        RequestSigner(credentials: Harness.credentials, region: "eu-west-1").sign(&request, at: now)
        return request
    }

    private func fault(_ request: APIRequest) -> String? {
        do throws(Fault) {
            try verifier.verify(request, at: Harness.now)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func takesWhatOurSignerSigns() {
        #expect(fault(signed()) == nil)
    }

    @Test func takesAnUnsignedPayload() {
        var request = signed()
        request.headers.append(
            APIRequest.Header("x-amz-content-sha256", Signature.unsignedPayload))
        RequestSigner(credentials: Harness.credentials, region: "eu-west-1")
            .sign(&request, at: Harness.now)
        #expect(fault(request) == nil)
        request.body = Array("{\"other\":1}".utf8)
        #expect(fault(request) == nil)
    }

    @Test func ignoresASessionToken() {
        var request = signed()
        request.headers.append(APIRequest.Header("x-amz-security-token", "whatever"))
        #expect(fault(request) == nil)
    }

    @Test func refusesEveryChange() {
        var body = signed()
        body.body = Array("{ }".utf8)
        #expect(fault(body) == "InvalidSignatureException")
        var method = signed()
        method.method = "PUT"
        #expect(fault(method) == "InvalidSignatureException")
        var unsignedTarget = signed()
        unsignedTarget.headers.append(APIRequest.Header("x-amz-other", "1"))
        #expect(fault(unsignedTarget) == "InvalidSignatureException")
        var header = signed()
        header.headers[0] = APIRequest.Header("host", "elsewhere")
        #expect(fault(header) == "InvalidSignatureException")
    }

    @Test(arguments: [(0, true), (900, true), (-900, true), (901, false), (-901, false)])
    func allowsAQuarterOfAnHour(seconds: Int, isTaken: Bool) {
        let request = signed(at: Harness.now.advanced(seconds: seconds))
        #expect(fault(request) == (isTaken ? nil : "InvalidSignatureException"))
    }

    @Test func namesWhatIsMissing() {
        #expect(fault(APIRequest(headers: [])) == "MissingAuthenticationTokenException")
        for header in [
            "Basic abc", "AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/ecs/aws4_request",
            "AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 ",
        ] {
            let request = APIRequest(headers: [APIRequest.Header("authorization", header)])
            #expect(fault(request) == "IncompleteSignatureException", "\(header)")
        }
        var undated = signed()
        undated.headers.removeAll { $0.name == "x-amz-date" }
        #expect(fault(undated) == "IncompleteSignatureException")
    }

    @Test func knowsOneKeyPair() {
        let others = Credentials(accessKeyId: "AKIDOTHER", secretAccessKey: "x")
        var request = signed()
        RequestSigner(credentials: others, region: "eu-west-1").sign(&request, at: Harness.now)
        #expect(fault(request) == "UnrecognizedClientException")
        let forged = Credentials(
            accessKeyId: Harness.credentials.accessKeyId, secretAccessKey: "guess")
        RequestSigner(credentials: forged, region: "eu-west-1").sign(&request, at: Harness.now)
        #expect(fault(request) == "InvalidSignatureException")
    }
}
