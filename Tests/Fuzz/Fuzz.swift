import Foundation

/// `fuzz TARGET CORPUS [libFuzzer's flags]` fuzzes, `fuzz TARGET FILE` replays, `fuzz` lists.
///
/// Built by `make fuzz` alone: the driver exists only under `-sanitize=fuzzer`.
@main enum Fuzz {
    /// What libFuzzer's callback, which takes no context, is to check.
    static let target = FuzzTarget.all.first { CommandLine.arguments.dropFirst().first == $0.name }

    static func main() throws {
        guard let target else {
            print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
            return
        }
        let rest = CommandLine.arguments.dropFirst(2)
        if let corpus = rest.first { try plant(target.seeds, in: corpus) }
        var arguments = ([CommandLine.arguments[0]] + rest).map { strdup($0) } + [nil]
        var count = CInt(arguments.count - 1)
        exit(
            arguments.withUnsafeMutableBufferPointer { buffer in
                var start = buffer.baseAddress
                return runDriver(&count, &start, checkOneInput)
            })
    }

    /// Puts the seeds where the fuzzer looks for inputs; not when it is a file to replay.
    private static func plant(_ seeds: [[UInt8]], in corpus: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: corpus, isDirectory: &isFolder),
            isFolder.boolValue
        else { return }
        for (index, seed) in seeds.enumerated() {
            try Data(seed).write(to: URL(filePath: corpus).appending(path: "seed-\(index)"))
        }
    }
}

typealias FuzzCallback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: FuzzCallback
) -> CInt

@_cdecl("LLVMFuzzerTestOneInput")
func checkOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target?.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
