import Testing

@Suite struct CodeScannerTests {
    @Test(
        arguments: [
            ("a // b", "a     "),
            ("a /* b /* c */ d */ e", "a                   e"),
            (#"f("a // b")"#, #"f("      ")"#),
            (#""a\"b" c"#, #""    " c"#),
            ("#\"a\\(b)\"# c", " \"     \"  c"),
            (#""a\(g("b") + c)d" e"#, #""  (g(" ") + c) " e"#),
            ("\"\"\"\na\" b\n\"\"\" c", "\"\"\"\n    \n\"\"\" c"),
            ("let x = \"open\nlet y", "let x = \"    \nlet y"),
        ])
    func blanksWhatIsNotCode(text: String, code: String) {
        #expect(CodeScanner.blank(text) == code)
    }

    @Test func keepsLinesAndColumnsOfAnyInput() {
        for text in ["\"", "/*", "\\(", "\"\\(", "#", "\"\"\"\n\\", "é \"é\" // é"] {
            #expect(CodeScanner.blank(text).utf8.count == text.utf8.count)
        }
    }
}
