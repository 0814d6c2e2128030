import Foundation
import Testing

@testable import API

@Suite struct CredentialsTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "teal-credentials-\(UUID().uuidString)")

    @Test func areMadeOnceAndForTheirOwnerOnly() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "credentials.json").path
        let pairs = try await withThrowingTaskGroup(of: Credentials.self) { group in
            for _ in 0..<8 { group.addTask { try Credentials.loadOrCreate(at: path) } }
            return try await group.reduce(into: Set<Credentials>()) { $0.insert($1) }
        }
        #expect(pairs.count == 1)
        #expect(pairs.first?.accessKeyId.count == 20)
        #expect(pairs.first?.secretAccessKey.count == 40)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }

    @Test func areNotTakenFromAFileThatOthersCanRead() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "credentials.json").path
        _ = try Credentials.loadOrCreate(at: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: CredentialsError.self) { try Credentials.load(from: path) }
    }

    @Test func sayWhenTheFileHoldsSomethingElse() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "credentials.json").path
        let made = FileManager.default.createFile(
            atPath: path, contents: Data("[]".utf8), attributes: [.posixPermissions: 0o600])
        #expect(made)
        #expect(throws: CredentialsError.self) { try Credentials.loadOrCreate(at: path) }
    }
}
