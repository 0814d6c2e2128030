#ifndef TEAL_EXPRESSION_H
#define TEAL_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A compiled regular expression of RE2's: matching takes time linear in the text, whatever both
 * are. Any number of threads may match with one at the same time. */
typedef struct teal_expression teal_expression;

/* Where a group lies in the text; start is -1 for a group that took no part in the match. */
typedef struct {
    int32_t start;
    int32_t count;
} teal_group;

/* Compiles `text`; NULL when it is wrong or would take more than `memory_max` bytes, and then
 * `problem` says why, cut to `problem_size` bytes with the terminating zero. */
teal_expression *teal_expression_compile(const char *text, size_t count, bool ignores_case,
                                         int64_t memory_max, char *problem, size_t problem_size);

/* The number of groups in parentheses. */
int teal_expression_groups(const teal_expression *expression);

/* Whether it is found anywhere in the text. */
bool teal_expression_is_found(const teal_expression *expression, const void *text, size_t count);

/* Finds its first match; the whole of it is group 0. Writes `group_count` groups. */
bool teal_expression_find(const teal_expression *expression, const void *text, size_t count,
                          teal_group *groups, int group_count);

void teal_expression_free(teal_expression *expression);

#ifdef __cplusplus
}
#endif

#endif
