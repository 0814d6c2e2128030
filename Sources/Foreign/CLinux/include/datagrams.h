#ifndef TEAL_DATAGRAMS_H
#define TEAL_DATAGRAMS_H

#include <stddef.h>

// Many datagrams in one system call, and from which of this machine's addresses each is answered:
// recvmmsg, sendmmsg and the macros of control messages are not for Swift.

#define TEAL_DATAGRAMS_MAX 64

// One datagram: received into `bytes`, or sent from them.
struct teal_datagram {
    void *_Nullable bytes;
    // Room before, length after it was received; length before it is sent.
    size_t count;
    // Whose it is, or whom it is for: the bytes of a sockaddr_storage.
    unsigned char peer[128];
    unsigned int peer_length;
    // The address that it came to, in the form that sends from there; empty when not known.
    unsigned char control[64];
    size_t control_length;
};

// Makes a bound UDP socket tell which address each datagram came to; 0, or -1 with errno.
int teal_tell_destinations(int descriptor, int is_ipv6);

// How many arrived, at most `count`; 0 when none waits, -1 with errno on error.
int teal_receive_datagrams(
    int descriptor, struct teal_datagram *_Nonnull datagrams, unsigned int count);

// How many of `count` the socket took, from the first on; -1 with errno when not even that one.
int teal_send_datagrams(
    int descriptor, struct teal_datagram *_Nonnull datagrams, unsigned int count);

#endif
