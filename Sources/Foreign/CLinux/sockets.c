#define _GNU_SOURCE
#include "sockets.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int teal_accept(int listener, void *address, unsigned int *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

long teal_receive(int descriptor, void *buffer, unsigned long count) {
    long moved = syscall(SYS_recvfrom, descriptor, buffer, count, 0, NULL, NULL);
    return moved >= 0 ? moved : -errno;
}

long teal_send(int descriptor, const void *buffer, unsigned long count) {
    long moved = syscall(SYS_sendto, descriptor, buffer, count, MSG_NOSIGNAL, NULL, 0);
    return moved >= 0 ? moved : -errno;
}
