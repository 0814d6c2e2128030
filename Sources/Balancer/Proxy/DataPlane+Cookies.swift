internal import FoundationEssentials
internal import Routing

/// What signs cookies outlives the process that drew it.
extension DataPlane {
    /// Signs stickiness cookies as `predecessor` does, else with the key that the folder at `path`
    /// keeps, else with a new one; and keeps it there, for nobody else to read.
    ///
    /// It belongs before the first configuration. When it throws, cookies are signed all the same,
    /// and end with this process and its successors.
    package nonisolated func keepCookieKey(
        in path: String, after predecessor: Predecessor? = nil
    ) throws {
        let inherited = predecessor?.cookieKey
        if let inherited { use(cookieKey: inherited) }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let folder = StateFolder(path: path)
        if let inherited {
            try folder.keep(cookieKey: inherited)
        } else {
            use(cookieKey: try folder.cookieKey())
        }
    }
}
