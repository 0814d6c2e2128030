import Foundation
import Testing

@testable import teal

struct OutputTests {
    @Test("Columns are as wide as their widest cell; the last has no padding")
    func table() {
        var table = Table("A", "LONG", "C")
        table.add("abc", "1", "x")
        #expect(table.text == "A    LONG  C\nabc  1     x")
    }

    @Test(
        "Ages fit a column",
        arguments: [(-1.0, "0s"), (59.9, "59s"), (119, "119s"), (120, "2m"), (7200, "2h")])
    func age(seconds: Double, text: String) {
        #expect(Age.text(seconds: seconds) == text)
    }

    @Test("A tail reads whole lines only, goes on, and survives rotation")
    func tail() throws {
        let path = FileManager.default.temporaryDirectory.path + "/teal-tail-\(UUID().uuidString)"
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: path + ".1")
        }
        let tail = LogTail(path: path, lines: 2)
        #expect(tail.newLines().isEmpty)
        try "one\ntwo\nthree\nfo".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(tail.newLines() == ["two", "three"])
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("ur\nfive\n".utf8))
        #expect(tail.newLines() == ["four", "five"])
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try "six\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(tail.newLines() == ["six"])
    }
}

struct DataFolderTests {
    @Test("The flag outranks the variable, which outranks the usual place")
    func choice() {
        let variables = ["TEAL_DATA": "/v", "HOME": "/home/u"]
        #expect(DataFolder(option: "/o", environment: variables, isRoot: true).path == "/o")
        #expect(DataFolder(option: nil, environment: variables, isRoot: true).path == "/v")
        #expect(DataFolder(option: nil, environment: [:], isRoot: true).path == "/var/lib/teal")
        let user = ["HOME": "/home/u"]
        #expect(
            DataFolder(option: nil, environment: user, isRoot: false).path
                == "/home/u/.local/state/teal")
        let xdg = ["HOME": "/home/u", "XDG_STATE_HOME": "/s"]
        #expect(DataFolder(option: nil, environment: xdg, isRoot: false).path == "/s/teal")
    }
}
