/// How long a line, a function and a file may be.
enum LengthLimit {
    static let lineColumnsMax = 100
    static let functionLinesMax = 70
    static let fileLinesMax = 400

    /// Prose breaks its lines where it reads best, and tables cannot.
    private static let prose = ".md"

    static func violations(in file: SourceFile) -> [Violation] {
        guard !file.path.hasSuffix(prose) else { return [] }
        return longFile(file) + longLines(file) + longFunctions(file)
    }

    private static func longFile(_ file: SourceFile) -> [Violation] {
        // The reference configuration is one document, however much there is to set.
        guard file.lines.count > fileLinesMax, !file.isUnder("config") else { return [] }
        let message = "\(file.lines.count) lines, at most \(fileLinesMax): give each noun a file"
        return [file.violation(line: fileLinesMax, message)]
    }

    private static func longLines(_ file: SourceFile) -> [Violation] {
        file.lines.indices.filter { file.lines[$0].count > lineColumnsMax }.map { index in
            let columns = file.lines[index].count
            return file.violation(line: index, "\(columns) columns, at most \(lineColumnsMax)")
        }
    }

    private static func longFunctions(_ file: SourceFile) -> [Violation] {
        guard file.path.hasSuffix(".swift") else { return [] }
        return FunctionBody.all(in: file).filter { $0.lines.count > functionLinesMax }.map { body in
            let message =
                "\(body.name) has \(body.lines.count) lines, at most \(functionLinesMax): "
                + "name its steps"
            return file.violation(line: body.lines.lowerBound, message)
        }
    }
}
