/// Bytes that are read for every request, without an array's count of references.
struct PlainText: BitwiseCopyable {
    let bytes: UnsafeRawBufferPointer

    init(_ text: String) {
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, text.utf8.count), alignment: 1)
        copy.copyBytes(from: text.utf8)
        bytes = UnsafeRawBufferPointer(rebasing: copy[..<text.utf8.count])
    }

    func deallocate() {
        bytes.deallocate()
    }
}
