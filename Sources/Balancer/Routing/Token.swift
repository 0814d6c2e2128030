/// RFC 9110's token characters, as a table to look bytes up in.
///
/// A literal lies in the program itself: no initialiser to check for on every use.
enum Token {
    /// For each byte: its lower-case form when a token may hold it, else a space.
    static var table: UnsafePointer<UInt8> { text.utf8Start }

    /// Whether `byte` may be part of a token.
    static func holds(_ byte: UInt8) -> Bool {
        table[Int(byte)] != Byte.space
    }

    private static var text: StaticString {
        """
                                         ! #$%&'  *+ -. 0123456789      \
         abcdefghijklmnopqrstuvwxyz   ^_`abcdefghijklmnopqrstuvwxyz | ~ \
                                                                        \
                                                                       \u{20}
        """
    }
}
