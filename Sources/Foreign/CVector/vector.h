/* Sixteen bytes looked at together, and a bit for each of them: the lowest is the first byte's.
 *
 * One instruction (x86) or a few (arm) turn a comparison of vectors into bits; Swift's masks have
 * no way to them. Nothing but the sixteen bytes is read, and nothing is written: the module is as
 * pure as the Swift that calls it. Written with the compiler's vectors, for every processor. */
#ifndef TEAL_VECTOR_H
#define TEAL_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t teal_bytes __attribute__((ext_vector_type(16)));
typedef int8_t teal_signs __attribute__((ext_vector_type(16)));
typedef __typeof__((teal_bytes)0 == (teal_bytes)0) teal_mask;
typedef bool teal_flags __attribute__((ext_vector_type(16)));

static inline __attribute__((always_inline)) teal_bytes teal_load(const uint8_t *at) {
    teal_bytes bytes;
    __builtin_memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* `mask` has all bits of a byte set, or none. */
static inline __attribute__((always_inline)) uint32_t teal_bits(teal_mask mask) {
    teal_flags flags = __builtin_convertvector(mask, teal_flags);
    uint16_t bits;
    __builtin_memcpy(&bits, &flags, sizeof bits);
    return bits;
}

/* Control characters, DEL among them, and the bytes beyond ASCII. */
static inline __attribute__((always_inline)) uint32_t teal_not_text(const uint8_t *at) {
    /* One comparison of signed bytes: one more than a control character is less than 33. */
    return teal_bits((teal_signs)(teal_load(at) + 1) < 33);
}

/* All but letters and hyphens. */
static inline __attribute__((always_inline)) uint32_t teal_not_name(const uint8_t *at) {
    teal_bytes bytes = teal_load(at);
    return teal_bits(((bytes | 0x20) - 'a' >= 26) & (bytes != '-'));
}

/* All but visible ASCII characters, and `#`. */
static inline __attribute__((always_inline)) uint32_t teal_not_target(const uint8_t *at) {
    teal_bytes bytes = teal_load(at);
    return teal_bits((bytes - 33 >= 94) | (bytes == '#'));
}

/* All but visible ASCII characters and spaces, and quotes and backslashes. */
static inline __attribute__((always_inline)) uint32_t teal_not_plain(const uint8_t *at) {
    teal_bytes bytes = teal_load(at);
    return teal_bits((bytes - ' ' >= 95) | (bytes == '"') | (bytes == '\\'));
}

#endif
