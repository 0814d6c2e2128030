import Foundation

/// Finds out before anything starts whether another program has our ports.
enum PortCheck {
    static func check(_ endpoints: Endpoints, in folder: DataFolder) throws {
        try check(endpoints.api, flag: "--api", owner: .controller, folder)
        try check(endpoints.dns, flag: "--dns", owner: .edge, folder)
        try check(endpoints.metrics, flag: "--metrics", owner: .edge, folder)
    }

    private static func check(
        _ address: SocketAddress, flag: String, owner: Role, _ folder: DataFolder
    ) throws {
        // A process of ours that outlived its supervisor holds its ports rightly.
        if ProcessRecord.read(owner, from: folder)?.isAlive == true { return }
        guard let code = bindError(address) else { return }
        throw Failure(
            "\(address) can't be listened on: \(String(cString: strerror(code)))",
            remedy: code == EADDRINUSE
                ? "another program has it; choose another: \(flag) HOST:PORT"
                : "choose another: \(flag) HOST:PORT")
    }

    /// The error of binding TCP to `address`; `nil` when it works.
    private static func bindError(_ address: SocketAddress) -> Int32? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &list) == 0, let info = list
        else { return EADDRNOTAVAIL }
        defer { freeaddrinfo(list) }
        let descriptor = socket(info.pointee.ai_family, info.pointee.ai_socktype, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) != 0 else {
            return nil
        }
        return errno
    }
}
