#ifndef TEAL_SOCKETS_H
#define TEAL_SOCKETS_H

// Glibc declares accept4 only to those who define _GNU_SOURCE, which a header that Swift reads
// must not do: it would change what the Glibc module itself declares.
//
// No header of this module declares a structure of Glibc's: a type belongs to whichever
// module was read first, and its users would have to import that one.
//
// Accepts a connection as a non-blocking, close-on-exec descriptor; -1 with errno set on error.
// `address` is a sockaddr's, `length` a socklen_t's.
int teal_accept(int listener, void *_Nullable address, unsigned int *_Nullable length);

// recv and send without signals: how many bytes moved, or the negative errno. Glibc's own are
// points where a thread may be cancelled, and preparing for that costs more than the call.
long teal_receive(int descriptor, void *_Nonnull buffer, unsigned long count);
long teal_send(int descriptor, const void *_Nonnull buffer, unsigned long count);

#endif
