import Glibc
import Model

/// Who this agent is: the same container instance for as long as its data folder lasts.
enum AgentIdentity {
    static func load(from folder: String) throws -> ContainerInstanceID {
        let path = "\(folder)/container-instance"
        if let bytes = TextFile.read(path) {
            let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            if text.utf8.count == 32, text.allSatisfy(\.isHexDigit) {
                return ContainerInstanceID(text)
            }
        }
        try Folder.make(folder)
        var system = SystemRandomNumberGenerator()
        var generator = Generator(seed: system.next())
        let text = generator.hexadecimal(digits: 32)
        try TextFile.replace(path, with: [UInt8]((text + "\n").utf8))
        return ContainerInstanceID(text)
    }
}
