import Foundation
import Model

/// What commands print for programs.
enum Output {
    /// Prints a line at once, also where standard output is a file or a pipe.
    static func line(_ text: String) {
        print(text)
        fflush(nil)
    }

    static func json(_ value: JSON) throws {
        print(try text(of: value))
    }

    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// For a person at the terminal, beside what a program may read from standard output.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
