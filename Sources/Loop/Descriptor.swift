/// A file descriptor with one owner; closed when its owner lets go.
package struct Descriptor: ~Copyable, Sendable {
    package let number: CInt

    package init(_ number: CInt) {
        self.number = number
    }

    deinit {
        Syscall.close(number)
    }

    /// Gives the descriptor up unclosed: whoever gets the number owns it now.
    package consuming func release() -> CInt {
        let number = number
        discard self
        return number
    }
}
