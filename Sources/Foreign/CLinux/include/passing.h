#ifndef TEAL_PASSING_H
#define TEAL_PASSING_H

// Descriptors travel in control messages, whose layout only C's macros know.

// Sends `count` bytes, at least one, and a copy of `descriptor` unless it is -1; -1 with errno set
// on error.
long teal_send_with_descriptor(
    int socket, const void *_Nonnull bytes, unsigned long count, int descriptor);

// Receives up to `count` bytes, and a close-on-exec descriptor into `descriptor`, which is -1 when
// none came; 0 at the end, -1 with errno set on error.
long teal_receive_with_descriptor(
    int socket, void *_Nonnull bytes, unsigned long count, int *_Nonnull descriptor);

#endif
