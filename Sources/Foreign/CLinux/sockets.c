#define _GNU_SOURCE
#include "sockets.h"

#include <sys/socket.h>

int teal_accept(int listener, void *address, unsigned int *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
