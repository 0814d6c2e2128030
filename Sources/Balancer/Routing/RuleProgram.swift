internal import Model

/// The conditions of a listener's rules, compiled into plain memory.
struct RuleProgram: BitwiseCopyable {
    let bytes: Frozen<UInt8>
    let patterns: Frozen<CompiledPattern>
    let blocks: Frozen<AddressBlock>
    let conditions: Frozen<CompiledCondition>
    /// Where each rule's conditions begin, and at last where those of the last one end.
    let starts: Frozen<Int32>

    var ruleCount: Int { starts.count - 1 }

    func conditions(of rule: Int) -> Range<Int> { Int(starts[rule])..<Int(starts[rule + 1]) }

    func deallocate() {
        bytes.deallocate()
        patterns.deallocate()
        blocks.deallocate()
        conditions.deallocate()
        starts.deallocate()
    }
}

extension RuleProgram {
    /// Whether `condition` holds for `request`: whether one of its values does.
    func holds(
        _ condition: CompiledCondition, for request: RequestView,
        _ expressions: [any RegularExpression]
    ) -> Bool {
        switch condition.kind {
        case .host: takes(request.host, condition, ignoringCase: true)
        case .path: takes(request.path, condition, ignoringCase: false)
        case .method:
            takes(
                request.head.methodRange.of(request.bytes), condition, ignoringCase: false)
        case .header: takesField(of: request, condition)
        case .query: takesParameter(of: request, condition)
        case .source: takesSource(of: request, condition)
        case .hostExpression: finds(request.host, condition, expressions)
        case .pathExpression: finds(request.path, condition, expressions)
        case .headerExpression: findsField(of: request, condition, expressions)
        }
    }

    @inline(__always)
    private func takes(
        _ text: UnsafeRawBufferPointer, _ condition: CompiledCondition, ignoringCase: Bool
    ) -> Bool {
        for index in condition.values
        where patterns[index].matches(text, in: bytes.bytes, ignoringCase: ignoringCase) {
            return true
        }
        return false
    }

    /// A field that comes several times is taken when one of its values is.
    private func takesField(
        of request: RequestView, _ condition: CompiledCondition
    ) -> Bool {
        let name = condition.name.of(bytes.bytes)
        for field in request.fields
        where field.name.of(request.bytes).equals(ignoringCase: name)
            && takes(field.value.of(request.bytes), condition, ignoringCase: true)
        {
            return true
        }
        return false
    }

    private func takesParameter(
        of request: RequestView, _ condition: CompiledCondition
    ) -> Bool {
        var parameters = QueryParameters(request.query)
        while let parameter = parameters.next() {
            var index = Int(condition.first)
            while index < condition.values.upperBound {
                if patterns[index].matches(parameter.key, in: bytes.bytes, ignoringCase: true),
                    patterns[index + 1].matches(
                        parameter.value, in: bytes.bytes, ignoringCase: true)
                {
                    return true
                }
                index += 2
            }
        }
        return false
    }

    private func takesSource(
        of request: RequestView, _ condition: CompiledCondition
    ) -> Bool {
        for index in condition.values where blocks[index].holds(request.client) { return true }
        return false
    }

    private func finds(
        _ text: UnsafeRawBufferPointer, _ condition: CompiledCondition,
        _ expressions: [any RegularExpression]
    ) -> Bool {
        for index in condition.values where expressions[index].isFound(in: text) { return true }
        return false
    }

    private func findsField(
        of request: RequestView, _ condition: CompiledCondition,
        _ expressions: [any RegularExpression]
    ) -> Bool {
        let name = condition.name.of(bytes.bytes)
        for field in request.fields
        where field.name.of(request.bytes).equals(ignoringCase: name)
            && finds(field.value.of(request.bytes), condition, expressions)
        {
            return true
        }
        return false
    }
}
