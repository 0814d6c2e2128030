#ifndef TEAL_SOCKETS_H
#define TEAL_SOCKETS_H

#include <sys/socket.h>

// Glibc declares accept4 only to those who define _GNU_SOURCE, which a header that Swift reads
// must not do: it would change what the Glibc module itself declares.
//
// Accepts a connection as a non-blocking, close-on-exec descriptor; -1 with errno set on error.
int teal_accept(
    int listener, struct sockaddr *_Nullable address, socklen_t *_Nullable length);

#endif
