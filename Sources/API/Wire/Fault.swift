/// An error in AWS's own terms: who failed, which exception a client catches, and why.
package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// `ClientException`, `ServiceNotFoundException`, ...
    package let code: String
    package let message: String
    /// 400 and up when the client must change something, 500 and up when it may try again.
    package let status: Int
    /// The field that is wrong, when it is one: `services[0].port`.
    package let field: String?
    /// What else the exception carries, such as the id of what exists already.
    package let details: [String: String]

    init(
        _ code: String, _ message: String, status: Int = 400, field: String? = nil,
        details: [String: String] = [:]
    ) {
        self.details = details
        self.code = code
        self.message = message
        self.status = status
        self.field = field
    }

    package var description: String { "\(code): \(message)" }

    /// The same under the name that a service has for it.
    func renamed(_ code: String) -> Fault {
        Fault(code, message, status: status, field: field, details: details)
    }
}

// MARK: The protocol's own

extension Fault {
    static func unknownOperation(_ name: String) -> Fault {
        Fault("UnknownOperationException", "\(name) is not an operation that Teal has.")
    }

    static func serialization(_ message: String, field: String? = nil) -> Fault {
        Fault("SerializationException", message, field: field)
    }

    static func tooLarge(bytesMax: Int) -> Fault {
        Fault(
            "RequestEntityTooLargeException", "The body must not exceed \(bytesMax) bytes.",
            status: 413)
    }

    static func server(_ message: String) -> Fault {
        Fault("ServerException", message, status: 500)
    }
}

// MARK: Signatures

extension Fault {
    static let missingAuthenticationToken = Fault(
        "MissingAuthenticationTokenException", "Missing Authentication Token")

    static let unrecognizedClient = Fault(
        "UnrecognizedClientException", "The security token included in the request is invalid.")

    static let signatureMismatch = Fault(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check "
            + "your AWS Secret Access Key and signing method. Consult the service documentation "
            + "for details.")

    static func invalidSignature(_ message: String) -> Fault {
        Fault("InvalidSignatureException", message)
    }

    static func incompleteSignature(_ message: String) -> Fault {
        Fault("IncompleteSignatureException", message)
    }
}

// MARK: ECS

extension Fault {
    static func client(_ message: String, field: String? = nil) -> Fault {
        Fault("ClientException", message, field: field)
    }

    static func invalidParameter(_ message: String, field: String? = nil) -> Fault {
        Fault("InvalidParameterException", message, field: field)
    }

    static func invalidParameter(_ error: FieldError) -> Fault {
        invalidParameter(error.description, field: error.field)
    }

    static func conflict(_ message: String) -> Fault {
        Fault("ConflictException", message)
    }

    static let clusterNotFound = Fault("ClusterNotFoundException", "Cluster not found.")

    static let serviceNotFound = Fault("ServiceNotFoundException", "Service not found.")

    static let serviceNotActive = Fault("ServiceNotActiveException", "Service was not ACTIVE.")

    static let serviceDeploymentNotFound = Fault(
        "ServiceDeploymentNotFoundException", "Service deployment not found.")
}
