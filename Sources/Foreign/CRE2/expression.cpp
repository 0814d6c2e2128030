#include "expression.h"

#include <re2/re2.h>

#include <cstdio>
#include <new>

/* What the header leaves open. */
struct teal_expression {
    re2::RE2 compiled;

    teal_expression(re2::StringPiece text, const re2::RE2::Options &options)
        : compiled(text, options) {}
};

static re2::StringPiece piece(const void *text, size_t count) {
    /* An empty piece must lie somewhere, or its groups would look absent. */
    return re2::StringPiece(text == nullptr ? "" : static_cast<const char *>(text), count);
}

teal_expression *teal_expression_compile(const char *text, size_t count, bool ignores_case,
                                         int64_t memory_max, char *problem, size_t problem_size) {
    re2::RE2::Options options;
    /* Requests are bytes, not always UTF-8. */
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    options.set_case_sensitive(!ignores_case);
    options.set_log_errors(false);
    options.set_max_mem(memory_max);
    auto *expression = new (std::nothrow) teal_expression(piece(text, count), options);
    if (expression == nullptr) {
        std::snprintf(problem, problem_size, "there is no memory left");
        return nullptr;
    }
    if (!expression->compiled.ok()) {
        std::snprintf(problem, problem_size, "%s", expression->compiled.error().c_str());
        delete expression;
        return nullptr;
    }
    return expression;
}

int teal_expression_groups(const teal_expression *expression) {
    return expression->compiled.NumberOfCapturingGroups();
}

bool teal_expression_is_found(const teal_expression *expression, const void *text, size_t count) {
    return expression->compiled.Match(piece(text, count), 0, count, re2::RE2::UNANCHORED, nullptr,
                                      0);
}

bool teal_expression_find(const teal_expression *expression, const void *text, size_t count,
                          teal_group *groups, int group_count) {
    const int pieces_max = 10;
    re2::StringPiece pieces[pieces_max];
    if (group_count < 0 || group_count > pieces_max) return false;
    re2::StringPiece whole = piece(text, count);
    if (!expression->compiled.Match(whole, 0, count, re2::RE2::UNANCHORED, pieces, group_count))
        return false;
    for (int index = 0; index < group_count; index++) {
        const char *start = pieces[index].data();
        groups[index].start = start == nullptr ? -1 : (int32_t)(start - whole.data());
        groups[index].count = (int32_t)pieces[index].size();
    }
    return true;
}

void teal_expression_free(teal_expression *expression) { delete expression; }
